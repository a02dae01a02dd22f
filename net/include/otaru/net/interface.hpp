// A network interface as mDNS needs to know it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <otaru/mdns/packet.hpp>

namespace otaru::net {

/// One address of an interface. An IPv4 address stands in the first 4 bytes, as in mdns::Endpoint.
struct InterfaceAddress {
  mdns::Family family = mdns::Family::ipv4;
  mdns::Ipv6Address bytes{};
  std::uint8_t prefix_length = 0;  ///< bits that the whole subnet shares

  bool operator==(const InterfaceAddress&) const = default;
};

/// An interface that mDNS can be spoken on: it is up and has an address.
struct Interface {
  mdns::InterfaceId index = 0;  ///< the kernel's
  std::string name;             ///< such as `eth0`
  std::vector<InterfaceAddress> addresses;

  /// True if there is an address of `family`.
  bool speaks(mdns::Family family) const noexcept;

  /// True if `host` lies in the subnet of one of the addresses, or is link-local in IPv6.
  bool on_link(const mdns::Endpoint& host) const noexcept;

  /// The address that packets to `host` should come from: one of the same subnet, else the first of the
  /// family. Null if there is none of that family.
  const InterfaceAddress* source_for(const mdns::Endpoint& host) const noexcept;

  bool operator==(const Interface&) const = default;
};

/// A person named an interface that this machine does not have. `what()` says which, and lists those it has.
class NoSuchInterface : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `192.0.2.7`, `2001:db8::7`, and `fe80::7%eth0` for a link-local address on the interface of that index.
std::string address_text(const mdns::Endpoint& address, mdns::InterfaceId index);

}  // namespace otaru::net
