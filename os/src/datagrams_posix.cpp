#include "datagrams_posix.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <otaru/os/datagrams.hpp>

namespace otaru::os {
namespace {

using mdns::Family;

constexpr int kTimeToLive = 255;  // RFC 6762, section 11

std::error_code last_error() noexcept {
  return {errno, std::generic_category()};
}

// A socket address in the room that the system's calls take.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  sockaddr* get() noexcept { return static_cast<sockaddr*>(static_cast<void*>(&storage)); }
};

SocketAddress socket_address(const mdns::Endpoint& endpoint, mdns::InterfaceId interface) noexcept {
  SocketAddress made;
  if (endpoint.family == Family::ipv4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    std::memcpy(&address.sin_addr, endpoint.address.data(), sizeof address.sin_addr);
    std::memcpy(&made.storage, &address, sizeof address);
    made.length = sizeof address;
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(endpoint.port);
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
    made.port = ntohs(address.sin_port);
  } else {
    sockaddr_in6 address;
    std::memcpy(&address, &from.storage, sizeof address);
    made.family = Family::ipv6;
    std::memcpy(made.address.data(), &address.sin6_addr, sizeof address.sin6_addr);
    made.port = ntohs(address.sin6_port);
  }
  return made;
}

void set(int descriptor, int level, int option, int value) {
  if (::setsockopt(descriptor, level, option, &value, sizeof value) != 0)
    throw std::system_error(last_error(), "cannot set up a socket for mDNS");
}

void set_up(int descriptor, Family family, MdnsPort port) {
  if (port == MdnsPort::shared) {
    // Both: some programs share with the one, some with the other (RFC 6762, section 15).
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  }
  if (family == Family::ipv4) {
    set(descriptor, IPPROTO_IP, kReceiveIpv4Info, 1);
    set(descriptor, IPPROTO_IP, IP_TTL, kTimeToLive);
    set(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, kTimeToLive);
    set(descriptor, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
  } else {
    set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    set(descriptor, IPPROTO_IPV6, IPV6_UNICAST_HOPS, kTimeToLive);
    set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kTimeToLive);
    set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
  }
  if (!hear_own_groups_only(descriptor, family))
    throw std::system_error(last_error(), "cannot set up a socket for mDNS");
  mdns::Endpoint any{family, {}, port == MdnsPort::shared ? mdns::kPort : std::uint16_t{0}};
  SocketAddress address = socket_address(any, 0);
  if (::bind(descriptor, address.get(), address.length) != 0)
    throw std::system_error(last_error(), "cannot use UDP port 5353 for mDNS");
}

int change_membership(int descriptor, Family family, mdns::InterfaceId interface, bool join) noexcept {
  if (family == Family::ipv4) {
    ip_mreqn request{};
    std::memcpy(&request.imr_multiaddr, mdns::kIpv4Group.data(), sizeof request.imr_multiaddr);
    request.imr_ifindex = static_cast<int>(interface);
    const int option = join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP;
    return ::setsockopt(descriptor, IPPROTO_IP, option, &request, sizeof request);
  }
  ipv6_mreq request{};
  std::memcpy(&request.ipv6mr_multiaddr, mdns::kIpv6Group.data(), sizeof request.ipv6mr_multiaddr);
  request.ipv6mr_interface = interface;
  const int option = join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP;
  return ::setsockopt(descriptor, IPPROTO_IPV6, option, &request, sizeof request);
}

// Room for one control message with the interface that a packet goes out of or came in by.
struct alignas(cmsghdr) Control {
  std::array<std::byte, CMSG_SPACE(sizeof(in6_pktinfo))> bytes{};
};

template <class Info>
void put_info(msghdr& message, int level, int type, const Info& info) noexcept {
  message.msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = level;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(header), &info, sizeof info);
}

void put_way_out(msghdr& message, Family family, const WayOut& way) noexcept {
  if (family == Family::ipv4) {
    in_pktinfo info{};
    info.ipi_ifindex = static_cast<decltype(info.ipi_ifindex)>(way.interface);
    // Left to itself the kernel gives packets on loopback the address of another interface.
    if (way.source != nullptr)
      std::memcpy(&info.ipi_spec_dst, way.source->bytes.data(), sizeof info.ipi_spec_dst);
    put_info(message, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    info.ipi6_ifindex = way.interface;
    put_info(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

// Fills where a packet came in and where it went to. False if the system does not say.
bool find_way_in(msghdr& message, Arrival& arrival) noexcept {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
      arrival.interface = static_cast<mdns::InterfaceId>(info.ipi_ifindex);
      std::memcpy(arrival.to.address.data(), &info.ipi_addr, sizeof info.ipi_addr);
      return true;
    }
    if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
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
  const int descriptor = new_datagram_socket(family);
  if (descriptor < 0) throw std::system_error(last_error(), "cannot open a socket for mDNS");
  try {
    set_up(descriptor, family, port);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  return descriptor;
}

std::error_code join_mdns_group(DatagramHandle socket, Family family, const WayOut& on) noexcept {
  const bool joined = change_membership(socket, family, on.interface, true) == 0;
  return joined || errno == EADDRINUSE ? std::error_code() : last_error();
}

void leave_mdns_group(DatagramHandle socket, Family family, mdns::InterfaceId interface) noexcept {
  change_membership(socket, family, interface, false);
}

std::error_code send_datagram(DatagramHandle socket, Bytes packet, const mdns::Endpoint& to,
                              const WayOut& way) noexcept {
  SocketAddress address = socket_address(to, way.interface);
  Control control;
  // The system's call takes what it only reads as if it would write.
  iovec data{const_cast<std::byte*>(packet.data()), packet.size()};
  msghdr message{};
  message.msg_name = &address.storage;
  message.msg_namelen = address.length;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  put_way_out(message, to.family, way);
  return ::sendmsg(socket, &message, MSG_DONTWAIT) < 0 ? last_error() : std::error_code();
}

Waiting receive_datagram(DatagramHandle socket, Family, MutableBytes room, Arrival& arrival) noexcept {
  SocketAddress from;
  Control control;
  iovec data{room.data(), room.size()};
  msghdr message{};
  message.msg_name = &from.storage;
  message.msg_namelen = from.length;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  const ssize_t length = ::recvmsg(socket, &message, MSG_DONTWAIT);
  if (length < 0)  // an ICMP error of an earlier send is no end
    return errno == EINTR || errno == ECONNREFUSED ? Waiting::dropped : Waiting::nothing;
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return Waiting::dropped;
  if (!find_way_in(message, arrival)) return Waiting::dropped;
  arrival.size = static_cast<std::size_t>(length);
  arrival.from = endpoint_of(from);
  return Waiting::packet;
}

}  // namespace otaru::os
