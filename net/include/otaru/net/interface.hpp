// A network interface as mDNS needs to know it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <otaru/mdns/packet.hpp>
#include <otaru/os/interfaces.hpp>

namespace otaru::net {

using os::InterfaceAddress;

/// An interface that mDNS can be spoken on: it is up and has an address.
struct Interface {
  mdns::InterfaceId index = 0;  ///< the system's
  std::string name;             ///< such as `eth0`
  std::vector<InterfaceAddress> addresses;

  /// True if there is an address of `family`.
  bool speaks(mdns::Family family) const noexcept;

  /// True if `host` lies in the subnet of one of the addresses, or is link-local in IPv6.
  bool on_link(const mdns::Endpoint& host) const noexcept;

  /// The address that packets to `host` should come from: one of the same subnet, else the first of the
  /// family. Null if there is none of that family.
  const InterfaceAddress* source_for(const mdns::Endpoint& host) const noexcept;

  /// The first address of `family`; null if there is none.
  const InterfaceAddress* address_of(mdns::Family family) const noexcept;

  bool operator==(const Interface&) const = default;
};

/// The interfaces of `all` that mDNS can be spoken on now: up, with a carrier and an address. With no names
/// given: those of them that can multicast and are not loopback; else exactly those named.
std::vector<Interface> usable(const std::vector<os::InterfaceState>& all,
                              const std::vector<std::string>& names);

/// A person named an interface that this machine does not have. `what()` says which, and lists those it has.
class NoSuchInterface : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `192.0.2.7`, `2001:db8::7`, and `fe80::7%eth0` for a link-local address on the interface of that index.
std::string address_text(const mdns::Endpoint& address, mdns::InterfaceId index);

}  // namespace otaru::net
