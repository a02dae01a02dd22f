/* The functions of the AmebaD SDK that the library uses, and nothing else of it. See README.md. */
#ifndef OTARU_SDK_AMEBA_SDK_H
#define OTARU_SDK_AMEBA_SDK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* flash_api.h, device_lock.h */
typedef struct flash_s {
  int unused;
} flash_t;
void flash_erase_sector(flash_t* flash, uint32_t address);
void flash_erase_block(flash_t* flash, uint32_t address);
int flash_stream_read(flash_t* flash, uint32_t address, uint32_t length, uint8_t* data);  /* 1: done */
int flash_stream_write(flash_t* flash, uint32_t address, uint32_t length, uint8_t* data); /* 1: done */
enum { RT_DEV_LOCK_FLASH = 1 };
void device_mutex_lock(uint32_t device);
void device_mutex_unlock(uint32_t device);

/* rtl8721d_ota.h: the slot whose image runs; sys_api.h, wdt_api.h, diag.h, osdep_service.h */
#define OTA_INDEX_1 0
#define OTA_INDEX_2 1
uint32_t ota_get_cur_index(void);
void sys_reset(void);
void watchdog_init(uint32_t timeout_ms);
void watchdog_start(void);
void watchdog_stop(void);
void watchdog_refresh(void);
uint32_t DiagPrintf(const char* format, ...);
int rtw_get_random_bytes(void* to, uint32_t size);

/* FreeRTOS.h, task.h */
#define pdPASS 1
#define portTICK_PERIOD_MS 1u
#define tskIDLE_PRIORITY 0u
typedef uint32_t TickType_t;
typedef long BaseType_t;
BaseType_t xTaskCreate(void (*task)(void*), const char* name, uint16_t stack_words, void* argument,
                       unsigned long priority, void** handle);
void vTaskDelete(void* task);
void vTaskDelay(TickType_t ticks);
TickType_t xTaskGetTickCount(void);
void* xTaskGetCurrentTaskHandle(void);
void* pvPortMalloc(size_t size);
void vPortFree(void* memory);

/* wifi_conf.h, lwip_netconf.h, lwip/netif.h */
enum { RTW_SUCCESS = 0, NET_IF_NUM = 2 };
struct netif {
  int unused;
};
int wifi_is_connected_to_ap(void);
unsigned char* LwIP_GetIP(struct netif* interface);
unsigned char* LwIP_GetMAC(struct netif* interface);

/* lwip/sockets.h, with the values of lwIP 2.0 */
enum { AF_INET = 2, SOCK_STREAM = 1, SOCK_DGRAM = 2, IPPROTO_IP = 0, IPPROTO_TCP = 6, IPPROTO_UDP = 17 };
enum { SOL_SOCKET = 0xFFF, SO_REUSEADDR = 4, TCP_NODELAY = 1, IP_ADD_MEMBERSHIP = 3 };
enum { IP_MULTICAST_TTL = 5, IP_MULTICAST_IF = 6, MSG_DONTWAIT = 8, SHUT_WR = 1, INADDR_ANY = 0 };
#define FIONBIO 0x8004667EL
typedef uint32_t socklen_t;
struct in_addr {
  uint32_t s_addr;
};
struct sockaddr {
  uint8_t sa_len, sa_family;
  char sa_data[14];
};
struct sockaddr_in {
  uint8_t sin_len, sin_family;
  uint16_t sin_port;
  struct in_addr sin_addr;
  char sin_zero[8];
};
struct ip_mreq {
  struct in_addr imr_multiaddr, imr_interface;
};
struct timeval {
  long tv_sec, tv_usec;
};
#ifndef FD_SET
typedef struct fd_set {
  unsigned char bits[8];
} fd_set;
#define FD_ZERO(set) ((void)((set)->bits[0] = 0))
#define FD_SET(s, set) ((void)((set)->bits[(s) / 8] = (unsigned char)(1 << ((s) % 8))))
#endif
uint16_t lwip_htons(uint16_t value);
uint16_t lwip_ntohs(uint16_t value);
uint32_t lwip_htonl(uint32_t value);
int lwip_socket(int domain, int type, int protocol);
int lwip_bind(int s, const struct sockaddr* where, socklen_t size);
int lwip_listen(int s, int backlog);
int lwip_accept(int s, struct sockaddr* from, socklen_t* size);
int lwip_recv(int s, void* to, size_t size, int flags);
int lwip_recvfrom(int s, void* to, size_t size, int flags, struct sockaddr* from, socklen_t* from_size);
int lwip_send(int s, const void* data, size_t size, int flags);
int lwip_sendto(int s, const void* data, size_t size, int flags, const struct sockaddr* to,
                socklen_t to_size);
int lwip_select(int most, fd_set* read, fd_set* write, fd_set* except, struct timeval* timeout);
int lwip_setsockopt(int s, int level, int option, const void* value, socklen_t size);
int lwip_ioctl(int s, long command, void* argument);
int lwip_shutdown(int s, int how);
int lwip_close(int s);

#ifdef __cplusplus
}
#endif

#endif
