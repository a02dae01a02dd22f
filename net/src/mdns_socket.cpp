#include <array>

#include <otaru/net/mdns_socket.hpp>

namespace otaru::net {
namespace {

using asio::ip::udp;
using mdns::Family;

constexpr std::size_t kLongestPacket = 9000;  // RFC 6762, section 17
constexpr int kPacketsAtOnce = 64;            // then others of the io_context have their turn

udp::socket open_socket(asio::io_context& io, Family family, os::MdnsPort port) {
  return {io, family == Family::ipv4 ? udp::v4() : udp::v6(), os::open_mdns_socket(family, port)};
}

}  // namespace

MdnsSocket::MdnsSocket(asio::io_context& io, Family family, Port port)
    : family_(family), port_(port), socket_(open_socket(io, family, port)) {}

void MdnsSocket::start(Handler handler) {
  handler_ = std::move(handler);
  socket_.start([this] { receive_waiting(); });
}

std::error_code MdnsSocket::join(const Interface& interface) {
  if (port_ == Port::own) return {};
  return os::join_mdns_group(socket_.descriptor(), family_, {interface.index, interface.address_of(family_)});
}

void MdnsSocket::leave(mdns::InterfaceId interface) {
  if (port_ == Port::shared) os::leave_mdns_group(socket_.descriptor(), family_, interface);
}

std::error_code MdnsSocket::send(const mdns::Outgoing& packet, const Interface& on) {
  return os::send_datagram(socket_.descriptor(), packet.packet, packet.to,
                           {on.index, on.source_for(packet.to)});
}

void MdnsSocket::receive_waiting() {
  std::array<std::byte, kLongestPacket> buffer;
  for (int i = 0; i < kPacketsAtOnce; ++i) {
    os::Arrival arrival;
    const os::Waiting waiting = os::receive_datagram(socket_.descriptor(), family_, buffer, arrival);
    if (waiting == os::Waiting::nothing) return;
    if (waiting == os::Waiting::dropped) continue;
    mdns::Incoming incoming;
    incoming.packet = Bytes(buffer).first(arrival.size);
    incoming.interface = arrival.interface;
    incoming.from = arrival.from;
    incoming.unicast = arrival.to.address != mdns::group(family_).address;
    handler_(incoming);
  }
}

}  // namespace otaru::net
