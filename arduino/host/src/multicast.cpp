#include "multicast.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <system_error>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console.hpp"
#include "network.hpp"
#include "socket_address.hpp"

namespace otaru::sketch {
namespace {

constexpr Ipv4 kGroup{224, 0, 0, 251};
constexpr std::uint16_t kPort = 5353;
constexpr int kTimeToLive = 255;  // RFC 6762, section 11

Place on;  // where the one socket is

struct alignas(cmsghdr) Control {
  std::array<std::byte, CMSG_SPACE(sizeof(in_pktinfo))> bytes{};
};

bool set(int socket, int level, int option, int value) noexcept {
  return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

bool set_up(int socket) noexcept {
  ip_mreqn membership{};
  std::memcpy(&membership.imr_multiaddr, kGroup.data(), kGroup.size());
  membership.imr_ifindex = static_cast<int>(on.interface);
  SocketAddress any({}, kPort);
  return set(socket, SOL_SOCKET, SO_REUSEADDR, 1) && set(socket, SOL_SOCKET, SO_REUSEPORT, 1) &&
         set(socket, IPPROTO_IP, IP_PKTINFO, 1) && set(socket, IPPROTO_IP, IP_TTL, kTimeToLive) &&
         set(socket, IPPROTO_IP, IP_MULTICAST_TTL, kTimeToLive) &&
         set(socket, IPPROTO_IP, IP_MULTICAST_LOOP, 1) && set(socket, IPPROTO_IP, IP_MULTICAST_ALL, 0) &&
         ::bind(socket, any.get(), any.length) == 0 &&
         ::setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership) == 0;
}

int mdns_open(void*, const std::uint8_t own[4]) {
  const auto place = own_place();
  if (!place || place->interface == 0 || std::memcmp(place->address.data(), own, 4) != 0) return OTARU_GONE;
  on = *place;
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return OTARU_GONE;
  if (set_up(socket)) return socket;
  say("[mDNS] cannot use UDP port 5353: " + std::generic_category().message(errno));
  ::close(socket);
  return OTARU_GONE;
}

/// The interface that a packet came in by; 0 if the system does not tell.
unsigned arrived_on(msghdr& message) noexcept {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != IPPROTO_IP || header->cmsg_type != IP_PKTINFO) continue;
    in_pktinfo info;
    std::memcpy(&info, CMSG_DATA(header), sizeof info);
    return static_cast<unsigned>(info.ipi_ifindex);
  }
  return 0;
}

int mdns_receive(void*, int handle, void* out, std::size_t length, otaru_peer* from) {
  while (true) {
    SocketAddress sender({}, 0);
    Control control;
    iovec data{out, length};
    msghdr message{};
    message.msg_name = &sender.place;
    message.msg_namelen = sender.length;
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    const ssize_t size = ::recvmsg(handle, &message, MSG_DONTWAIT);
    if (size < 0 && (errno == EINTR || errno == ECONNREFUSED)) continue;  // an ICMP error of an earlier send
    if (size < 0) return errno == EAGAIN ? OTARU_NOT_NOW : OTARU_GONE;
    if (arrived_on(message) != on.interface) continue;
    *from = sender.peer();
    return static_cast<int>(size);
  }
}

int mdns_send(void*, int handle, const void* data, std::size_t length, const otaru_peer* to) {
  Ipv4 where{};
  std::memcpy(where.data(), to->address, where.size());
  SocketAddress address(where, to->port);
  Control control;
  iovec bytes{const_cast<void*>(data), length};  // the call takes what it only reads as if it would write
  msghdr message{};
  message.msg_name = &address.place;
  message.msg_namelen = address.length;
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = IPPROTO_IP;
  header->cmsg_type = IP_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  in_pktinfo way_out{};
  way_out.ipi_ifindex = static_cast<int>(on.interface);
  std::memcpy(&way_out.ipi_spec_dst, on.address.data(), on.address.size());
  std::memcpy(CMSG_DATA(header), &way_out, sizeof way_out);
  return ::sendmsg(handle, &message, MSG_DONTWAIT) < 0 ? -1 : 0;
}

void mdns_close(void*, int handle) {
  ::close(handle);
}

}  // namespace

void add_multicast(otaru_port& port) {
  port.mdns_open = mdns_open;
  port.mdns_receive = mdns_receive;
  port.mdns_send = mdns_send;
  port.mdns_close = mdns_close;
}

}  // namespace otaru::sketch
