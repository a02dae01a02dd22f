// Untested: written to tcp(4) and getsockopt(2) of macOS.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <otaru/os/tcp.hpp>

#include "tcp.hpp"

namespace otaru::os {
namespace {

void set(int socket, int level, int name, int value) noexcept {
  (void)::setsockopt(socket, level, name, &value, sizeof value);
}

}  // namespace

std::uint64_t unacknowledged(TcpHandle socket) noexcept {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  const bool known = ::getsockopt(socket, SOL_SOCKET, SO_NWRITE, &bytes, &size) == 0;
  return known && bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
}

void prepare_for_push(TcpHandle socket) noexcept {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, SOL_SOCKET, SO_SNDBUF, kSendBuffer);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPALIVE, kProbeAfter);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, kProbeEvery);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
}

}  // namespace otaru::os
