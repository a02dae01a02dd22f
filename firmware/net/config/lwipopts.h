/* What the firmware takes from lwIP 2.1: IPv4, TCP and UDP by the raw interface, addresses by DHCP or
 * link-local, multicast for mDNS. One thread, no operating system, no memory but lwIP's own.
 *
 * The sizes are those of a small board. RAM in all: see the figures that the firmware prints. */
#ifndef OTARU_LWIPOPTS_H
#define OTARU_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0 /* nothing of lwIP runs in an interrupt */
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ICMP 1
#define LWIP_RAW 0
#define LWIP_DNS 0
#define LWIP_IGMP 1
#define IP_REASSEMBLY 0 /* TCP and mDNS send whole packets */
#define IP_FRAG 0

/* DHCP, and an address of one's own when no server has answered the first question, after 2 s. A server that
 * answers later wins. */
#define LWIP_DHCP 1
#define LWIP_AUTOIP 1
#define LWIP_DHCP_AUTOIP_COOP 1
#define LWIP_DHCP_AUTOIP_COOP_TRIES 2
/* The server asks whether an address is taken (RFC 2131, 3.1); to ask again costs a second of every start. */
#define DHCP_DOES_ARP_CHECK 0

#define MEM_ALIGNMENT __SIZEOF_POINTER__
/* Two bytes before each frame, so that what follows its 14 bytes of header lies at an address that the
 * processor reads fastest. */
#define ETH_PAD_SIZE 2

/* A window of 4 full segments: two for a sender to go on with while two are on their way. Four frames fit in
 * the chip's FIFO of 10,560 bytes (LAN9118 data sheet, 3.13) while the flash is erased and nobody reads it.
 */
#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS) /* lines and handshakes; the least that lwIP calls sound */
#define TCP_SND_QUEUELEN 16
/* An end that does not acknowledge is given up after 9 repetitions: 115 s with the timers below, and RFC
 * 1122, 4.2.3.5, wants at least 100 s. */
#define TCP_MAXRTX 9
#define TCP_OVERSIZE 0 /* a line takes what it is long, not a whole segment */
#define LWIP_TCP_TIMESTAMPS 0
/* What nobody acknowledged is sent again after three steps of two of these at the earliest: 0.3 s. With
 * lwIP's own 250 ms that is 1.5 s, and core waits 2 s for a sender to read the verdict: one lost frame more,
 * and nobody read it. */
#define TCP_TMR_INTERVAL 50
#define TCP_LISTEN_BACKLOG 1
#define SO_REUSE 1 /* to listen anew while old connections fade */

/* Frames received: pieces of 512 bytes, so that a line does not take what a full frame takes, which is three.
 * 12 a full window; all four senders with a full one, and 8 for all else. What finds none is dropped, counted
 * and sent again. */
#define PBUF_POOL_BUFSIZE 512
#define PBUF_POOL_SIZE 56
/* What is sent: the senders' 4 * 2,920 bytes with their headers, and two whole frames. */
#define MEM_SIZE (16 * 1024)

/* 4 connections and 4 that wait for the engine, and 4 that are closed and still have to send or to wait.
 * Tests have both ends of each in one lwIP. */
#ifndef OTARU_LWIP_ENDS
#define OTARU_LWIP_ENDS 1
#endif
#define MEMP_NUM_TCP_PCB (12 * OTARU_LWIP_ENDS)
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_TCP_SEG 48
#define MEMP_NUM_UDP_PCB 2    /* DHCP, mDNS */
#define MEMP_NUM_IGMP_GROUP 2 /* all systems, mDNS */
#define MEMP_NUM_PBUF 8
/* A neighbourhood in which many ask for many pushes entries out, even those in use. So Connections holds
 * those of the senders that the engine has accepted (etharp_add_static_entry()). What goes to others waits
 * for the answer to one more question, in a queue: without it only the last packet would wait. Every entry
 * can have a full one, so that those of strangers who never answer do not keep others from waiting.
 */
#define ETHARP_SUPPORT_STATIC_ENTRIES 1
#define ARP_TABLE_SIZE 10
#define ARP_QUEUEING 1
#define ARP_QUEUE_LEN 4
#define MEMP_NUM_ARP_QUEUE (ARP_TABLE_SIZE * ARP_QUEUE_LEN)

/* Peaks, for measurements (network_memory()). */
#define LWIP_STATS 1
#define MEM_STATS 1
#define MEMP_STATS 1
#define LWIP_STATS_LARGE 1
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define IPFRAG_STATS 0
#define ICMP_STATS 0
#define IGMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 0
#define SYS_STATS 0

#endif
