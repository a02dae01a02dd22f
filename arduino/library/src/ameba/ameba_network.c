/* The network of an AmebaD board: lwIP's sockets, as the package has them. Whether a socket has something is
 * asked by select() without waiting: the package's lwIP keeps one errno for all tasks, so that cannot tell.
 */
#if defined(ARDUINO_ARCH_AMEBAD)

#include <lwip/netif.h>
#include <lwip/sockets.h>
#include <lwip_netconf.h>
#include <stdint.h>
#include <string.h>
#include <wifi_conf.h>

#include "ameba_port.h"

extern struct netif xnetif[NET_IF_NUM]; /* the SDK's; no header of it says so */

#define MDNS_PORT 5353
#define BACKLOG 4

static int can_read(int s) {
  fd_set set;
  struct timeval none = {0, 0};
  FD_ZERO(&set);
  FD_SET(s, &set);
  return lwip_select(s + 1, &set, NULL, NULL, &none) > 0;
}

static int can_write(int s) {
  fd_set set;
  struct timeval none = {0, 0};
  FD_ZERO(&set);
  FD_SET(s, &set);
  return lwip_select(s + 1, NULL, &set, NULL, &none) > 0;
}

static int switched_on(int s, int level, int option) {
  int on = 1;
  return lwip_setsockopt(s, level, option, &on, sizeof on);
}

static void never_wait(int s) {
  int on = 1;
  (void)lwip_ioctl(s, FIONBIO, &on);
}

/* Closes a socket that did not become what it should. */
static int gone(int s) {
  if (s >= 0) (void)lwip_close(s);
  return OTARU_GONE;
}

static void keep_peer(const struct sockaddr_in* from, otaru_peer* peer) {
  memcpy(peer->address, &from->sin_addr.s_addr, sizeof peer->address); /* both in network order */
  peer->port = lwip_ntohs(from->sin_port);
}

int otaru_ameba_own_address(void* context, uint8_t address[4]) {
  static const uint8_t none[4] = {0, 0, 0, 0};
  (void)context;
  if (wifi_is_connected_to_ap() != RTW_SUCCESS) return 0;
  memcpy(address, LwIP_GetIP(&xnetif[0]), 4);
  return memcmp(address, none, sizeof none) != 0;
}

int otaru_ameba_mac(void* context, uint8_t mac[6]) {
  (void)context;
  memcpy(mac, LwIP_GetMAC(&xnetif[0]), 6);
  return 0;
}

int otaru_ameba_tcp_listen(void* context, uint16_t port) {
  struct sockaddr_in where;
  int s = lwip_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  (void)context;
  if (s < 0) return OTARU_GONE;
  (void)switched_on(s, SOL_SOCKET, SO_REUSEADDR);
  memset(&where, 0, sizeof where);
  where.sin_family = AF_INET;
  where.sin_port = lwip_htons(port);
  where.sin_addr.s_addr = INADDR_ANY;
  if (lwip_bind(s, (struct sockaddr*)&where, sizeof where) != 0 || lwip_listen(s, BACKLOG) != 0)
    return gone(s);
  never_wait(s);
  return s;
}

int otaru_ameba_tcp_accept(void* context, int listener, otaru_peer* from) {
  struct sockaddr_in who;
  socklen_t size = sizeof who;
  int s;
  (void)context;
  if (!can_read(listener)) return OTARU_NOT_NOW;
  memset(&who, 0, sizeof who);
  s = lwip_accept(listener, (struct sockaddr*)&who, &size);
  if (s < 0) return OTARU_NOT_NOW; /* it has left again, or there is no socket free */
  (void)switched_on(s, IPPROTO_TCP, TCP_NODELAY);
  never_wait(s);
  keep_peer(&who, from);
  return s;
}

int otaru_ameba_tcp_receive(void* context, int connection, void* out, size_t length) {
  int got;
  (void)context;
  if (!can_read(connection)) return OTARU_NOT_NOW;
  got = (int)lwip_recv(connection, out, length, MSG_DONTWAIT);
  return got >= 0 ? got : OTARU_GONE;
}

int otaru_ameba_tcp_send(void* context, int connection, const void* data, size_t length) {
  int sent;
  (void)context;
  if (!can_write(connection)) return OTARU_NOT_NOW;
  sent = (int)lwip_send(connection, data, length, MSG_DONTWAIT);
  return sent > 0 ? sent : OTARU_NOT_NOW; /* if the peer is gone, receiving says so */
}

void otaru_ameba_tcp_shutdown(void* context, int connection) {
  (void)context;
  (void)lwip_shutdown(connection, SHUT_WR);
}

void otaru_ameba_close(void* context, int handle) {
  (void)context;
  (void)lwip_close(handle);
}

int otaru_ameba_mdns_open(void* context, const uint8_t own[4]) {
  struct sockaddr_in where;
  struct ip_mreq group;
  struct in_addr interface_address;
  uint8_t hops = 255;
  int s = lwip_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  (void)context;
  if (s < 0) return OTARU_GONE;
  (void)switched_on(s, SOL_SOCKET, SO_REUSEADDR);
  memset(&where, 0, sizeof where);
  where.sin_family = AF_INET;
  where.sin_port = lwip_htons(MDNS_PORT);
  where.sin_addr.s_addr = INADDR_ANY;
  if (lwip_bind(s, (struct sockaddr*)&where, sizeof where) != 0) return gone(s);
  memcpy(&interface_address.s_addr, own, 4);
  memset(&group, 0, sizeof group);
  group.imr_multiaddr.s_addr = lwip_htonl(0xE00000FBu); /* 224.0.0.251 */
  group.imr_interface = interface_address;
  if (lwip_setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group) != 0) return gone(s);
  (void)lwip_setsockopt(s, IPPROTO_IP, IP_MULTICAST_IF, &interface_address, sizeof interface_address);
  (void)lwip_setsockopt(s, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops);
  never_wait(s);
  return s;
}

int otaru_ameba_mdns_receive(void* context, int handle, void* out, size_t length, otaru_peer* from) {
  struct sockaddr_in who;
  socklen_t size = sizeof who;
  int got;
  (void)context;
  if (!can_read(handle)) return OTARU_NOT_NOW;
  memset(&who, 0, sizeof who);
  got = (int)lwip_recvfrom(handle, out, length, MSG_DONTWAIT, (struct sockaddr*)&who, &size);
  if (got < 0) return OTARU_NOT_NOW;
  keep_peer(&who, from);
  return got;
}

int otaru_ameba_mdns_send(void* context, int handle, const void* data, size_t length, const otaru_peer* to) {
  struct sockaddr_in where;
  (void)context;
  memset(&where, 0, sizeof where);
  where.sin_family = AF_INET;
  where.sin_port = lwip_htons(to->port);
  memcpy(&where.sin_addr.s_addr, to->address, 4);
  return lwip_sendto(handle, data, length, MSG_DONTWAIT, (struct sockaddr*)&where, sizeof where) < 0 ? -1 : 0;
}

#endif
