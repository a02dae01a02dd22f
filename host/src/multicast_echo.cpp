#include "multicast_echo.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <otaru/host/failure.hpp>
#include <otaru/mdns/message_writer.hpp>
#include <otaru/net/local_network.hpp>

namespace otaru::host {
namespace {

constexpr std::chrono::milliseconds kAskAgain{400};
constexpr std::size_t kNeighbours = 3;  // that are worth naming

// _services._dns-sd._udp.local in the form of the wire.
constexpr std::string_view kAllServices{"\x09_services\x07_dns-sd\x04_udp\x05local\0", 30};

class Asking {
 public:
  Asking(asio::io_context& io, const std::vector<std::string>& interfaces)
      : io_(io),
        mouth_(io, net::LocalNetwork::Role::querier, interfaces),
        ear_(io, net::LocalNetwork::Role::querier, interfaces),
        again_(io) {
    mdns::MessageWriter writer(buffer_, 0, 0);
    (void)writer.question(mdns::NameRef(std::as_bytes(std::span(kAllServices))), mdns::kTypePtr,
                          mdns::kClassIn);
    question_ = writer.finish();
  }

  void start() {
    const auto nothing = [](const auto&) {};
    net::LocalNetworkEvents speaking;
    speaking.up = nothing;
    speaking.down = nothing;
    speaking.packet = nothing;
    speaking.warning = [this](const std::string& trouble) {
      // That the port is taken is told by shares_port.
      if (mouth_.shares_port()) echo_.troubles.push_back(trouble);
    };
    mouth_.start(std::move(speaking));
    net::LocalNetworkEvents hearing;
    hearing.up = nothing;
    hearing.down = nothing;
    hearing.packet = [this](const mdns::Incoming& incoming) { hear(incoming); };
    hearing.warning = nothing;
    ear_.start(std::move(hearing));
    ask();
  }

  MulticastEcho result() {
    echo_.shares_port = mouth_.shares_port() && ear_.shares_port();
    for (const net::Interface& interface : mouth_.interfaces())
      (heard_.contains(interface.index) ? echo_.heard_on : echo_.silent_on).push_back(interface.name);
    return std::move(echo_);
  }

 private:
  void ask() {
    for (const net::Interface& interface : mouth_.interfaces()) {
      for (const mdns::Family family : {mdns::Family::ipv4, mdns::Family::ipv6})
        if (interface.speaks(family)) mouth_.send({question_, interface.index, mdns::group(family), true});
    }
    again_.expires_after(kAskAgain);
    again_.async_wait([this](const std::error_code& error) {
      if (!error) ask();
    });
  }

  void hear(const mdns::Incoming& incoming) {
    const bool own = is_own(incoming.from);
    if (own && std::ranges::equal(incoming.packet, question_)) heard_.insert(incoming.interface);
    if (!own && is_answer(incoming.packet)) {
      const std::string address = net::address_text(incoming.from, incoming.interface);
      auto& known = echo_.neighbours;
      if (known.size() < kNeighbours && std::ranges::find(known, address) == known.end())
        known.push_back(address);
    }
    if (heard_.size() == mouth_.interfaces().size() && !echo_.neighbours.empty()) io_.stop();
  }

  bool is_own(const mdns::Endpoint& from) const {
    return std::ranges::any_of(ear_.interfaces(), [&from](const net::Interface& interface) {
      return std::ranges::any_of(interface.addresses, [&from](const net::InterfaceAddress& own) {
        return own.family == from.family && own.bytes == from.address;
      });
    });
  }

  static bool is_answer(Bytes packet) {
    return packet.size() >= mdns::kHeaderLength && (mdns::load_be16(packet, 2) & mdns::kFlagResponse) != 0;
  }

  asio::io_context& io_;
  net::LocalNetwork mouth_;
  net::LocalNetwork ear_;
  asio::steady_timer again_;
  std::array<std::byte, 64> buffer_{};
  Bytes question_;
  std::set<mdns::InterfaceId> heard_;
  MulticastEcho echo_;
};

}  // namespace

MulticastEcho ask_by_multicast(const std::vector<std::string>& interfaces, std::chrono::milliseconds limit) {
  asio::io_context io;
  try {
    Asking asking(io, interfaces);
    asking.start();
    io.run_for(limit);
    return asking.result();
  } catch (const net::NoSuchInterface& error) {
    throw BadInput(error.what());
  }
}

}  // namespace otaru::host
