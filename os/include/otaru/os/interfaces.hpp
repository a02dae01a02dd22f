// The machine's network interfaces: the list, and the news of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include <otaru/mdns/packet.hpp>

namespace otaru::os {

/// One address of an interface. An IPv4 address stands in the first 4 bytes, as in mdns::Endpoint.
struct InterfaceAddress {
  mdns::Family family = mdns::Family::ipv4;
  mdns::Ipv6Address bytes{};
  std::uint8_t prefix_length = 0;  ///< bits that the whole subnet shares

  bool operator==(const InterfaceAddress&) const = default;
};

/// An interface as the system sees it.
struct InterfaceState {
  mdns::InterfaceId index = 0;  ///< the system's
  std::string name;             ///< as the system's own tools show it: `eth0`, `en0`, `WLAN`
  bool works = false;           ///< up, and with a carrier
  bool multicast = false;
  bool loopback = false;
  std::vector<InterfaceAddress> addresses;  ///< without IPv6 addresses that others should not be told

  bool operator==(const InterfaceState&) const = default;
};

/// Follows the interfaces as they come, go and change. Linux tells of changes at once (rtnetlink); elsewhere
/// the list is asked for every 3 s. Not thread-safe.
class InterfaceFeed {
 public:
  /// Reads the list, which takes a few milliseconds at most.
  /// @throws std::system_error  the system gives no list
  explicit InterfaceFeed(asio::io_context& io);
  ~InterfaceFeed();
  InterfaceFeed(const InterfaceFeed&) = delete;
  InterfaceFeed& operator=(const InterfaceFeed&) = delete;

  /// All interfaces as they are now, usable or not, by index.
  std::vector<InterfaceState> interfaces() const;

  /// From now on calls `handler` after each change, and now and then without one, from the io_context. It
  /// must not destroy this object.
  void start(std::function<void()> handler);

 private:
  class Source;
  std::shared_ptr<Source> source_;
};

}  // namespace otaru::os
