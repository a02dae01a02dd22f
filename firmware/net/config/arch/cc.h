/* What lwIP asks of the compiler and of its surroundings (lwip/arch.h): both processors of ours, a Cortex-M33
 * and this machine, are little-endian with newlib's or glibc's headers. */
#ifndef OTARU_LWIP_ARCH_CC_H
#define OTARU_LWIP_ARCH_CC_H

#include <stdint.h>

#define BYTE_ORDER LITTLE_ENDIAN
#define LWIP_NO_CTYPE_H 1 /* no table for it in flash */

#ifdef __cplusplus
extern "C" {
#endif

/* A rule of lwIP's own was broken: `what` says which. Does not return. */
void otaru_lwip_broken(const char* what);
/* For waiting times, transaction and port numbers: told apart, not kept secret. */
uint32_t otaru_lwip_random(void);

#ifdef __cplusplus
}
#endif

#define LWIP_PLATFORM_DIAG(x) \
  do {                        \
  } while (0)
#define LWIP_PLATFORM_ASSERT(what) otaru_lwip_broken(what)
#define LWIP_RAND() otaru_lwip_random()

#endif
