#include <array>
#include <cstring>

#include <winsock2.h>
// After winsock2.h
#include <mswsock.h>
#include <ws2tcpip.h>

#include <otaru/os/datagrams.hpp>

#include "winsock_error.hpp"

namespace otaru::os {
namespace {

using mdns::Family;

constexpr DWORD kTimeToLive = 255;  // RFC 6762, section 11

std::error_code last_error() noexcept {
  return winsock_error(::WSAGetLastError());
}

// A socket address in the room that the system's calls take.
struct SocketAddress {
  sockaddr_storage storage{};
  int length = sizeof(sockaddr_storage);

  sockaddr* get() noexcept { return static_cast<sockaddr*>(static_cast<void*>(&storage)); }
};

SocketAddress socket_address(const mdns::Endpoint& endpoint, mdns::InterfaceId interface) noexcept {
  SocketAddress made;
  if (endpoint.family == Family::ipv4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = ::htons(endpoint.port);
    std::memcpy(&address.sin_addr, endpoint.address.data(), sizeof address.sin_addr);
    std::memcpy(&made.storage, &address, sizeof address);
    made.length = sizeof address;
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = ::htons(endpoint.port);
    std::memcpy(&address.sin6_addr, endpoint.address.data(), sizeof address.sin6_addr);
    address.sin6_scope_id = interface;
    std::memcpy(&made.storage, &address, sizeof address);
    made.length = sizeof address;
  }
  return made;
}

mdns::Endpoint endpoint_of(const SocketAddress& from) noexcept {
  mdns::Endpoint made;
  if (from.storage.ss_family == AF_INET) {
    sockaddr_in address;
    std::memcpy(&address, &from.storage, sizeof address);
    std::memcpy(made.address.data(), &address.sin_addr, sizeof address.sin_addr);
    made.port = ::ntohs(address.sin_port);
  } else {
    sockaddr_in6 address;
    std::memcpy(&address, &from.storage, sizeof address);
    made.family = Family::ipv6;
    std::memcpy(made.address.data(), &address.sin6_addr, sizeof address.sin6_addr);
    made.port = ::ntohs(address.sin6_port);
  }
  return made;
}

template <class Value>
bool set(SOCKET socket, int level, int option, const Value& value) noexcept {
  return ::setsockopt(socket, level, option, static_cast<const char*>(static_cast<const void*>(&value)),
                      sizeof value) == 0;
}

bool set_up(SOCKET socket, Family family, MdnsPort port) noexcept {
  const DWORD on = 1;
  u_long not_blocking = 1;
  bool done = ::ioctlsocket(socket, static_cast<long>(FIONBIO), &not_blocking) == 0;
  if (port == MdnsPort::shared) done = done && set(socket, SOL_SOCKET, SO_REUSEADDR, on);
  if (family == Family::ipv4) {
    return done && set(socket, IPPROTO_IP, IP_PKTINFO, on) && set(socket, IPPROTO_IP, IP_TTL, kTimeToLive) &&
           set(socket, IPPROTO_IP, IP_MULTICAST_TTL, kTimeToLive) &&
           set(socket, IPPROTO_IP, IP_MULTICAST_LOOP, on);
  }
  return done && set(socket, IPPROTO_IPV6, IPV6_V6ONLY, on) && set(socket, IPPROTO_IPV6, IPV6_PKTINFO, on) &&
         set(socket, IPPROTO_IPV6, IPV6_UNICAST_HOPS, kTimeToLive) &&
         set(socket, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kTimeToLive) &&
         set(socket, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, on);
}

// IPv4 groups are joined by an address of the interface. Its number would do as well (as 0.0.0.N), but not in
// wine.
in_addr address_of(const WayOut& way) noexcept {
  in_addr address{};
  if (way.source != nullptr) std::memcpy(&address, way.source->bytes.data(), sizeof address);
  return address;
}

// The call that says by which interface a packet came is found at run time.
LPFN_WSARECVMSG receive_call(SOCKET socket) noexcept {
  GUID id = WSAID_WSARECVMSG;
  LPFN_WSARECVMSG call = nullptr;
  DWORD size = 0;
  ::WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &call, sizeof call, &size, nullptr,
             nullptr);
  return call;
}

// Room for one control message with the interface that a packet came in by.
struct alignas(WSACMSGHDR) Control {
  std::array<char, WSA_CMSG_SPACE(sizeof(in6_pktinfo))> bytes{};
};

// Fills where a packet came in and where it went to. False if the system does not say.
bool find_way_in(WSAMSG& message, Arrival& arrival) noexcept {
  for (WSACMSGHDR* header = WSA_CMSG_FIRSTHDR(&message); header != nullptr;
       header = WSA_CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, WSA_CMSG_DATA(header), sizeof info);
      arrival.interface = info.ipi_ifindex;
      std::memcpy(arrival.to.address.data(), &info.ipi_addr, sizeof info.ipi_addr);
      return true;
    }
    if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, WSA_CMSG_DATA(header), sizeof info);
      arrival.interface = info.ipi6_ifindex;
      arrival.to.family = Family::ipv6;
      std::memcpy(arrival.to.address.data(), &info.ipi6_addr, sizeof info.ipi6_addr);
      return true;
    }
  }
  return false;
}

}  // namespace

DatagramHandle open_mdns_socket(Family family, MdnsPort port) {
  const SOCKET socket = ::WSASocketW(family == Family::ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM, IPPROTO_UDP,
                                     nullptr, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  if (socket == INVALID_SOCKET) throw std::system_error(last_error(), "cannot open a socket for mDNS");
  SocketAddress address =
      socket_address({family, {}, port == MdnsPort::shared ? mdns::kPort : std::uint16_t{0}}, 0);
  const char* failed = nullptr;
  if (!set_up(socket, family, port)) {
    failed = "cannot set up a socket for mDNS";
  } else if (::bind(socket, address.get(), address.length) != 0) {
    failed = "cannot use UDP port 5353 for mDNS";
  }
  if (failed == nullptr) return socket;
  const std::error_code error = last_error();
  ::closesocket(socket);
  throw std::system_error(error, failed);
}

std::error_code join_mdns_group(DatagramHandle socket, Family family, const WayOut& on) noexcept {
  bool joined = false;
  if (family == Family::ipv4) {
    ip_mreq request{};
    std::memcpy(&request.imr_multiaddr, mdns::kIpv4Group.data(), sizeof request.imr_multiaddr);
    request.imr_interface = address_of(on);
    joined = set(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, request);
  } else {
    ipv6_mreq request{};
    std::memcpy(&request.ipv6mr_multiaddr, mdns::kIpv6Group.data(), sizeof request.ipv6mr_multiaddr);
    request.ipv6mr_interface = on.interface;
    joined = set(socket, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, request);
  }
  // To join again is no error, which Winsock calls WSAEINVAL and some of its layers WSAEADDRINUSE.
  const int error = joined ? 0 : ::WSAGetLastError();
  return joined || error == WSAEINVAL || error == WSAEADDRINUSE ? std::error_code() : winsock_error(error);
}

void leave_mdns_group(DatagramHandle socket, Family family, mdns::InterfaceId interface) noexcept {
  // In IPv4 the address by which it was joined has gone with the interface, and the system has left it then.
  if (family == Family::ipv4) return;
  ipv6_mreq request{};
  std::memcpy(&request.ipv6mr_multiaddr, mdns::kIpv6Group.data(), sizeof request.ipv6mr_multiaddr);
  request.ipv6mr_interface = interface;
  set(socket, IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, request);
}

std::error_code send_datagram(DatagramHandle socket, Bytes packet, const mdns::Endpoint& to,
                              const WayOut& way) noexcept {
  // Multicast goes where the socket says; the way to a host of an interface's own subnet is by that
  // interface.
  if (to.family == Family::ipv4) {
    set(socket, IPPROTO_IP, IP_MULTICAST_IF, address_of(way));
  } else {
    set(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, DWORD{way.interface});
  }
  SocketAddress address = socket_address(to, way.interface);
  const auto* const data = static_cast<const char*>(static_cast<const void*>(packet.data()));
  const int sent = ::sendto(socket, data, static_cast<int>(packet.size()), 0, address.get(), address.length);
  return sent == SOCKET_ERROR ? last_error() : std::error_code();
}

Waiting receive_datagram(DatagramHandle socket, Family, MutableBytes room, Arrival& arrival) noexcept {
  static const LPFN_WSARECVMSG receive = receive_call(socket);
  if (receive == nullptr) return Waiting::nothing;
  SocketAddress from;
  Control control;
  WSABUF data{static_cast<u_long>(room.size()), static_cast<char*>(static_cast<void*>(room.data()))};
  WSAMSG message{};
  message.name = from.get();
  message.namelen = from.length;
  message.lpBuffers = &data;
  message.dwBufferCount = 1;
  message.Control.buf = control.bytes.data();
  message.Control.len = static_cast<u_long>(control.bytes.size());
  DWORD length = 0;
  if (receive(socket, &message, &length, nullptr, nullptr) != 0) {
    const int error = ::WSAGetLastError();
    // Too long, or an ICMP error of an earlier send: no end.
    const bool more = error == WSAEMSGSIZE || error == WSAECONNRESET || error == WSAENETRESET;
    return more ? Waiting::dropped : Waiting::nothing;
  }
  if ((message.dwFlags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return Waiting::dropped;
  if (!find_way_in(message, arrival)) return Waiting::dropped;
  arrival.size = length;
  arrival.from = endpoint_of(from);
  return Waiting::packet;
}

}  // namespace otaru::os
