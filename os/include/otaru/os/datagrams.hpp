// UDP sockets for mDNS: each packet goes out of one interface, and it is known which one it came in by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>

#include <asio/ip/udp.hpp>

#include <otaru/bytes.hpp>
#include <otaru/mdns/packet.hpp>
#include <otaru/os/interfaces.hpp>

namespace otaru::os {

/// What the system calls a socket.
using DatagramHandle = asio::ip::udp::socket::native_handle_type;

/// Who hears on UDP port 5353.
enum class MdnsPort : std::uint8_t {
  shared,  ///< this socket beside others of the machine (RFC 6762, section 15)
  own,     ///< the others: this one has any free port
};

/// A socket that does not block, sends with TTL 255 (RFC 6762, section 11), and whose multicast packets are
/// heard on this machine too. The caller owns it.
/// @throws std::system_error  the family is not there, or another program keeps port 5353 for itself
///                            (std::errc::address_in_use or permission_denied)
DatagramHandle open_mdns_socket(mdns::Family family, MdnsPort port);

/// The interface that a packet goes out of, or whose group is joined.
struct WayOut {
  mdns::InterfaceId interface = 0;
  const InterfaceAddress* source = nullptr;  ///< of the socket's family; null if there is none
};

/// Takes part in the mDNS group. To repeat it is no error. std::errc::no_such_device: it has gone meanwhile.
std::error_code join_mdns_group(DatagramHandle socket, mdns::Family family, const WayOut& on) noexcept;

/// Leaves the group. An interface that is gone is no error.
void leave_mdns_group(DatagramHandle socket, mdns::Family family, mdns::InterfaceId interface) noexcept;

/// Sends now, or not at all.
std::error_code send_datagram(DatagramHandle socket, Bytes packet, const mdns::Endpoint& to,
                              const WayOut& way) noexcept;

/// A packet that was received.
struct Arrival {
  std::size_t size = 0;
  mdns::InterfaceId interface = 0;
  mdns::Endpoint from;
  mdns::Endpoint to;  ///< without a port
};

enum class Waiting : std::uint8_t {
  packet,
  dropped,  ///< one that was too long or of unknown origin, or an error of an earlier one
  nothing,
};

/// Takes the next packet that waits into `room`. Never blocks.
Waiting receive_datagram(DatagramHandle socket, mdns::Family family, MutableBytes room,
                         Arrival& arrival) noexcept;

}  // namespace otaru::os
