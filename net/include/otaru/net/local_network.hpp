// The local network as core's mDNS wants it: interfaces that come and go, packets in, packets out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include <otaru/mdns/packet.hpp>
#include <otaru/net/interface_watch.hpp>
#include <otaru/net/mdns_socket.hpp>

namespace otaru::net {

/// What LocalNetwork calls, always from the io_context, except for `up` and `warning` inside of start().
struct LocalNetworkEvents {
  /// An interface can be used, or its addresses changed. The groups are joined.
  std::function<void(const Interface&)> up;
  std::function<void(mdns::InterfaceId)> down;
  std::function<void(const mdns::Incoming&)> packet;
  /// Something that a person should know, as one sentence. Each kind comes once.
  std::function<void(const std::string&)> warning;
};

/// mDNS sockets in both families on the chosen interfaces. Nothing is ever sent out of another one, and
/// what comes in by another one, or by unicast from beyond the local link, is dropped (RFC 6762,
/// section 11). Not thread-safe.
class LocalNetwork {
 public:
  enum class Role : std::uint8_t {
    responder,  ///< needs port 5353
    querier,    ///< takes any port and asks legacy queries if 5353 cannot be shared
  };

  /// @param interfaces  as InterfaceWatch takes them
  /// @throws NoSuchInterface    see InterfaceWatch
  /// @throws std::system_error  no socket; for a responder also: another program keeps port 5353 for itself
  LocalNetwork(asio::io_context& io, Role role, std::vector<std::string> interfaces);

  /// Joins the interfaces there are and reports each, then goes on from the io_context.
  void start(LocalNetworkEvents events);

  /// Sends at once. A packet that the system refuses is lost, as packets are.
  void send(const mdns::Outgoing& packet);

  /// True if port 5353 is shared; false if queries have to be legacy ones.
  bool shares_port() const noexcept { return shares_port_; }

  const std::vector<Interface>& interfaces() const noexcept { return watch_.usable(); }

 private:
  void open(asio::io_context& io, MdnsSocket::Port port);
  void bring_up(const Interface& interface);
  void take_down(const Interface& interface);
  void receive(const mdns::Incoming& incoming);
  const Interface* find(mdns::InterfaceId index) const noexcept;
  void warn_once(bool& warned, const std::string& message);

  InterfaceWatch watch_;
  std::vector<std::unique_ptr<MdnsSocket>> sockets_;  // one a family; IPv6 may be missing
  LocalNetworkEvents events_;
  bool shares_port_ = true;
  bool warned_of_port_ = false;
  bool warned_of_group_ = false;
  bool warned_of_refusal_ = false;
};

}  // namespace otaru::net
