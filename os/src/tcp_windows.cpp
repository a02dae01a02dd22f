#include <winsock2.h>
// After winsock2.h
#include <ws2tcpip.h>

#include <otaru/os/tcp.hpp>

#include "tcp.hpp"

namespace otaru::os {
namespace {

// IPPROTO_TCP socket options of Windows 10, version 1709; older headers lack the names.
constexpr int kKeepIdle = 3;
constexpr int kKeepCount = 16;
constexpr int kKeepInterval = 17;

void set(SOCKET socket, int level, int name, DWORD value) noexcept {
  (void)::setsockopt(socket, level, name, static_cast<const char*>(static_cast<const void*>(&value)),
                     sizeof value);
}

}  // namespace

std::uint64_t unacknowledged(TcpHandle) noexcept {
  return 0;
}

void prepare_for_push(TcpHandle socket) noexcept {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, SOL_SOCKET, SO_SNDBUF, kSendBuffer);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, kKeepIdle, kProbeAfter);
  set(socket, IPPROTO_TCP, kKeepInterval, kProbeEvery);
  set(socket, IPPROTO_TCP, kKeepCount, kProbes);
}

}  // namespace otaru::os
