#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <otaru/net/mdns_socket.hpp>

namespace otaru::net {
namespace {

using mdns::Family;

constexpr std::size_t kLongestPacket = 9000;  // RFC 6762, section 17
constexpr int kTimeToLive = 255;              // RFC 6762, section 11
constexpr int kPacketsAtOnce = 64;            // then others of the io_context have their turn

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

void set_up(int descriptor, Family family, MdnsSocket::Port port) {
  if (port == MdnsSocket::Port::shared) {
    // Both: some programs share with the one, some with the other (RFC 6762, section 15).
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  }
  if (family == Family::ipv4) {
    set(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
    set(descriptor, IPPROTO_IP, IP_TTL, kTimeToLive);
    set(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, kTimeToLive);
    set(descriptor, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
    set(descriptor, IPPROTO_IP, IP_MULTICAST_ALL, 0);  // else groups that others joined are heard too
  } else {
    set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    set(descriptor, IPPROTO_IPV6, IPV6_UNICAST_HOPS, kTimeToLive);
    set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kTimeToLive);
    set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
    set(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
  }
  mdns::Endpoint any{family, {}, port == MdnsSocket::Port::shared ? mdns::kPort : std::uint16_t{0}};
  SocketAddress address = socket_address(any, 0);
  if (::bind(descriptor, address.get(), address.length) != 0)
    throw std::system_error(last_error(), "cannot use UDP port 5353 for mDNS");
}

int open_socket(Family family, MdnsSocket::Port port) {
  const int descriptor =
      ::socket(family == Family::ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) throw std::system_error(last_error(), "cannot open a socket for mDNS");
  try {
    set_up(descriptor, family, port);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  return descriptor;
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

void put_way_out(msghdr& message, Family family, const Interface& on,
                 const InterfaceAddress* source) noexcept {
  if (family == Family::ipv4) {
    in_pktinfo info{};
    info.ipi_ifindex = static_cast<int>(on.index);
    // Left to itself the kernel gives packets on loopback the address of another interface.
    if (source != nullptr) std::memcpy(&info.ipi_spec_dst, source->bytes.data(), sizeof info.ipi_spec_dst);
    put_info(message, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    info.ipi6_ifindex = on.index;
    put_info(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

struct Arrival {
  mdns::InterfaceId interface = 0;
  mdns::Endpoint destination;  // without a port
};

std::optional<Arrival> arrival_of(msghdr& message) noexcept {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    Arrival arrival;
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
      arrival.interface = static_cast<mdns::InterfaceId>(info.ipi_ifindex);
      std::memcpy(arrival.destination.address.data(), &info.ipi_addr, sizeof info.ipi_addr);
      return arrival;
    }
    if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
      arrival.interface = info.ipi6_ifindex;
      arrival.destination.family = Family::ipv6;
      std::memcpy(arrival.destination.address.data(), &info.ipi6_addr, sizeof info.ipi6_addr);
      return arrival;
    }
  }
  return std::nullopt;
}

}  // namespace

MdnsSocket::MdnsSocket(asio::io_context& io, Family family, Port port)
    : family_(family), port_(port), socket_(io, open_socket(family, port)) {}

void MdnsSocket::start(Handler handler) {
  handler_ = std::move(handler);
  socket_.start([this] { receive_waiting(); });
}

std::error_code MdnsSocket::join(mdns::InterfaceId interface) {
  if (port_ == Port::own) return {};
  const bool joined = change_membership(socket_.descriptor(), family_, interface, true) == 0;
  return joined || errno == EADDRINUSE ? std::error_code() : last_error();
}

void MdnsSocket::leave(mdns::InterfaceId interface) {
  if (port_ == Port::shared) change_membership(socket_.descriptor(), family_, interface, false);
}

std::error_code MdnsSocket::send(const mdns::Outgoing& packet, const Interface& on) {
  SocketAddress to = socket_address(packet.to, on.index);
  Control control;
  // The system's call takes what it only reads as if it would write.
  iovec data{const_cast<std::byte*>(packet.packet.data()), packet.packet.size()};
  msghdr message{};
  message.msg_name = &to.storage;
  message.msg_namelen = to.length;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  put_way_out(message, family_, on, on.source_for(packet.to));
  return ::sendmsg(socket_.descriptor(), &message, MSG_DONTWAIT) < 0 ? last_error() : std::error_code();
}

void MdnsSocket::receive_waiting() {
  for (int i = 0; i < kPacketsAtOnce; ++i)
    if (!receive_one()) return;
}

// False when nothing is waiting.
bool MdnsSocket::receive_one() {
  std::array<std::byte, kLongestPacket> buffer;
  SocketAddress from;
  Control control;
  iovec data{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_name = &from.storage;
  message.msg_namelen = from.length;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  const ssize_t length = ::recvmsg(socket_.descriptor(), &message, MSG_DONTWAIT);
  if (length < 0) return errno == EINTR || errno == ECONNREFUSED;  // an ICMP error of an earlier send
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return true;

  const std::optional<Arrival> arrival = arrival_of(message);
  if (!arrival) return true;
  mdns::Incoming incoming;
  incoming.packet = Bytes(buffer).first(static_cast<std::size_t>(length));
  incoming.interface = arrival->interface;
  incoming.from = endpoint_of(from);
  incoming.unicast = arrival->destination.address != mdns::group(family_).address;
  handler_(incoming);
  return true;
}

}  // namespace otaru::net
