#include "tcp_socket.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace otaru::host {
namespace {

constexpr int kSendBuffer = 128 * 1024;  // bytes
constexpr int kProbeAfter = 4;           // seconds without traffic
constexpr int kProbeEvery = 2;           // seconds
constexpr int kProbes = 127;             // the most there can be: how long to wait is decided elsewhere

void set(int socket, int level, int name, int value) noexcept {
  // Nothing here changes what a push does, only how soon it knows: a refusal is no fault.
  (void)::setsockopt(socket, level, name, &value, sizeof value);
}

}  // namespace

std::uint64_t unacknowledged(int socket) noexcept {
  int bytes = 0;
  return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
}

void prepare_for_push(int socket) noexcept {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, SOL_SOCKET, SO_SNDBUF, kSendBuffer);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, kProbeAfter);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, kProbeEvery);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
}

}  // namespace otaru::host
