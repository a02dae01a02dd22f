/* lwIP's functions, so that the programs of docs/porting.md link; its headers are the real ones. Never run.
 */
#include <lwip/sockets.h>

static volatile int world; /* what nobody knows at compile time, so that nothing is optimised away */

u16_t lwip_htons(u16_t value) {
  return __builtin_bswap16(value);
}
u32_t lwip_htonl(u32_t value) {
  return __builtin_bswap32(value);
}
int lwip_socket(int domain, int type, int protocol) {
  return world + domain + type + protocol;
}
int lwip_bind(int s, const struct sockaddr* where, socklen_t size) {
  return world + s + where->sa_family + (int)size;
}
int lwip_listen(int s, int backlog) {
  return world + s + backlog;
}
int lwip_accept(int s, struct sockaddr* from, socklen_t* size) {
  from->sa_family = (sa_family_t)world;
  return s + (int)*size;
}
ssize_t lwip_recv(int s, void* to, size_t size, int flags) {
  *(char*)to = (char)world;
  return s + (int)size + flags;
}
ssize_t lwip_recvfrom(int s, void* to, size_t size, int flags, struct sockaddr* from, socklen_t* from_size) {
  from->sa_family = (sa_family_t)*from_size;
  return lwip_recv(s, to, size, flags);
}
ssize_t lwip_send(int s, const void* data, size_t size, int flags) {
  return world + s + *(const char*)data + (int)size + flags;
}
ssize_t lwip_sendto(int s, const void* data, size_t size, int flags, const struct sockaddr* to,
                    socklen_t to_size) {
  return lwip_send(s, data, size, flags) + to->sa_family + (int)to_size;
}
int lwip_select(int most, fd_set* read, fd_set* write, fd_set* except, struct timeval* timeout) {
  return world + most + (read != NULL) + (write != NULL) + (except != NULL) + (int)timeout->tv_sec;
}
int lwip_setsockopt(int s, int level, int option, const void* value, socklen_t size) {
  return world + s + level + option + *(const char*)value + (int)size;
}
int lwip_ioctl(int s, long command, void* argument) {
  return world + s + (int)command + *(int*)argument;
}
int lwip_shutdown(int s, int how) {
  return world + s + how;
}
int lwip_close(int s) {
  return world + s;
}
