// A UDP socket that speaks mDNS in one address family.
#pragma once

#include <cstdint>
#include <functional>
#include <system_error>

#include <asio/io_context.hpp>

#include <otaru/mdns/packet.hpp>
#include <otaru/net/interface.hpp>
#include <otaru/os/datagrams.hpp>
#include <otaru/os/readable.hpp>

namespace otaru::net {

/// Port 5353, shared with the other mDNS programs of the machine, or any free port for legacy queries.
/// Every packet is sent out of one interface that the caller names, with TTL 255, and comes back to this
/// machine's other programs. Not thread-safe.
class MdnsSocket {
 public:
  /// `unicast` and `interface` of what is handed over are known, not guessed.
  using Handler = std::function<void(const mdns::Incoming&)>;

  using Port = os::MdnsPort;  ///< `own`: for legacy queries (RFC 6762, section 5.1); hears no multicast

  /// @throws std::system_error  the family is not there, or another program keeps port 5353 for itself
  ///                            (address_in_use)
  MdnsSocket(asio::io_context& io, mdns::Family family, Port port);

  /// From now on calls `handler` for each packet, from the io_context. It must not destroy this object.
  void start(Handler handler);

  /// Takes part in the group on an interface. Repeating it is no error. No effect on a port of its own.
  std::error_code join(const Interface& interface);

  /// Leaves the group. An interface that is gone is no error.
  void leave(mdns::InterfaceId interface);

  /// Sends now, or not at all. `on` is the interface `packet.interface`, whose address it comes from.
  std::error_code send(const mdns::Outgoing& packet, const Interface& on);

  mdns::Family family() const noexcept { return family_; }

 private:
  void receive_waiting();

  mdns::Family family_;
  Port port_;
  os::Readable<asio::ip::udp::socket> socket_;
  Handler handler_;
};

}  // namespace otaru::net
