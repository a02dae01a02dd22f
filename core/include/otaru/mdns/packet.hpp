// What goes between core's mDNS and the port that owns the sockets: packets, and where they come from and go.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <otaru/bytes.hpp>

namespace otaru::mdns {

inline constexpr std::uint16_t kPort = 5353;  // RFC 6762, section 3

/// Room that a port gives for one packet: an Ethernet frame less the IPv4 and UDP headers. (IPv6 ports may
/// give 1452.) Smaller buffers are safe; what does not fit is left out.
inline constexpr std::size_t kMaxPacket = 1472;

using Ipv4Address = std::array<std::uint8_t, 4>;   ///< network order: 192.0.2.1 is {192, 0, 2, 1}
using Ipv6Address = std::array<std::uint8_t, 16>;  ///< network order

inline constexpr Ipv4Address kIpv4Group = {224, 0, 0, 251};
inline constexpr Ipv6Address kIpv6Group = {0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFB};

/// The port's own number for a network interface (the index that the OS gives it serves well).
using InterfaceId = std::uint32_t;

enum class Family : std::uint8_t { ipv4, ipv6 };

/// An address and a UDP port. An IPv4 address stands in the first 4 bytes, the others are 0.
struct Endpoint {
  Family family = Family::ipv4;
  Ipv6Address address{};
  std::uint16_t port = 0;  ///< host order

  friend constexpr bool operator==(const Endpoint&, const Endpoint&) noexcept = default;
};

constexpr Endpoint endpoint(const Ipv4Address& address, std::uint16_t port) noexcept {
  Endpoint made{Family::ipv4, {}, port};
  for (std::size_t i = 0; i < address.size(); ++i) made.address[i] = address[i];
  return made;
}

constexpr Endpoint endpoint(const Ipv6Address& address, std::uint16_t port) noexcept {
  return Endpoint{Family::ipv6, address, port};
}

/// The multicast group that mDNS uses in `family`, with its port.
constexpr Endpoint group(Family family) noexcept {
  return family == Family::ipv4 ? endpoint(kIpv4Group, kPort) : endpoint(kIpv6Group, kPort);
}

/// A packet that a socket gave. The port drops packets that did not come from the local link (RFC 6762,
/// section 11) where its OS lets it see that.
struct Incoming {
  Bytes packet;
  InterfaceId interface = 0;  ///< the interface that the packet came in by
  Endpoint from;
  bool unicast = false;  ///< true if it was sent to the host's own address, not
                         ///< to the group; false if unknown
};

/// A packet to be sent now, out of `interface`. `packet` lies in the buffer that the port gave.
struct Outgoing {
  Bytes packet;
  InterfaceId interface = 0;
  Endpoint to;             ///< the group, or one host; always sent from port 5353 by a responder
  bool multicast = false;  ///< true if `to` is the group
};

/// True once `due` has come. Times are milliseconds of a clock that never jumps and wraps at 2^32.
constexpr bool has_come(std::uint32_t due_ms, std::uint32_t now_ms) noexcept {
  return static_cast<std::int32_t>(now_ms - due_ms) >= 0;
}

/// Small generator for the random delays of RFC 6762 (xorshift32). Not for secrets.
class Random {
 public:
  /// Boards that start together need different seeds (MAC address, timer): else they collide in step.
  constexpr explicit Random(std::uint32_t seed) noexcept : state_(seed == 0 ? 0x9E3779B9u : seed) {}

  /// A number from `low` to `high`, both included.
  constexpr std::uint32_t between(std::uint32_t low, std::uint32_t high) noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return low + (state_ >> 8) % (high - low + 1);
  }

 private:
  std::uint32_t state_;
};

}  // namespace otaru::mdns
