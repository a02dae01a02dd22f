/* lwIP with its socket API, as docs/porting.md uses it: for its headers only, against which the page's files
 * are compiled. */
#ifndef OTARU_PORTING_LWIPOPTS_H
#define OTARU_PORTING_LWIPOPTS_H

#include <sys/time.h>

#define NO_SYS 0
#define LWIP_SOCKET 1
#define LWIP_NETCONN 1
#define LWIP_IGMP 1
#define SO_REUSE 1
#define LWIP_TIMEVAL_PRIVATE 0 /* newlib has one */

#endif
