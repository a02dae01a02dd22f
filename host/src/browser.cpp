#include <array>
#include <random>

#include <asio/steady_timer.hpp>

#include <otaru/host/browser.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/sightings.hpp>
#include <otaru/mdns/querier.hpp>
#include <otaru/net/clock.hpp>
#include <otaru/net/local_network.hpp>

namespace otaru::host {
namespace {

constexpr std::size_t kBoards = 256;
constexpr std::size_t kInterfaces = 32;

// Answers to legacy queries are good for 10 s only (RFC 6762, section 6.7), so they have to be asked for
// often.
constexpr std::uint32_t kLegacyInterval_ms = 4000;

mdns::Search search(bool shares_port) {
  mdns::Search search;
  if (!shares_port) {
    search.way = mdns::Search::Way::legacy;
    search.max_interval_ms = kLegacyInterval_ms;
  }
  return search;
}

}  // namespace

class Browser::Running : public std::enable_shared_from_this<Browser::Running> {
 public:
  Running(asio::io_context& io, const std::vector<std::string>& interfaces, BrowserEvents events)
      : network_(io, net::LocalNetwork::Role::querier, interfaces),
        timer_(io),
        events_(std::move(events)),
        querier_(search(network_.shares_port()), std::random_device()()) {}

  void start() {
    net::LocalNetworkEvents network;
    network.up = [this](const net::Interface& interface) { interface_up(interface); };
    network.down = [this](mdns::InterfaceId index) {
      querier_.interface_down(index);
      pump();
    };
    network.packet = [this](const mdns::Incoming& incoming) {
      querier_.receive(net::now_ms(), incoming);
      pump();
    };
    network.warning = [this](const std::string& message) { warn(message); };
    network_.start(std::move(network));
    if (network_.interfaces().empty())
      warn("No network interface can be used: none is up, has an address and can multicast.");
  }

  std::vector<DiscoveredBoard> boards() const { return sightings_.boards(); }

 private:
  void interface_up(const net::Interface& interface) {
    const bool room =
        querier_.interface_up(net::now_ms(), interface.index, interface.speaks(mdns::Family::ipv4),
                              interface.speaks(mdns::Family::ipv6));
    if (!room)
      warn("There are more network interfaces than can be asked; " + interface.name + " is left out.");
    pump();
  }

  void pump() {
    std::array<std::byte, mdns::kMaxPacket> buffer;
    while (const auto packet = querier_.poll(net::now_ms(), buffer)) network_.send(*packet);
    while (const auto event = querier_.next_event(net::now_ms())) tell(*event);
    if (querier_.overflows() > 0 && !warned_of_overflow_) {
      warned_of_overflow_ = true;
      warn("More than " + std::to_string(kBoards) + " boards answered; not all of them are shown.");
    }
    timer_.expires_after(std::chrono::milliseconds(querier_.wait_ms(net::now_ms())));
    timer_.async_wait([weak = weak_from_this()](const std::error_code& error) {
      // A call that was already on its way when this object was destroyed is no error.
      const auto self = weak.lock();
      if (self && !error) self->pump();
    });
  }

  void tell(const mdns::Event& event) {
    const Sighting seen = sighting_of(*event.instance);
    const auto news =
        event.kind == mdns::Event::Kind::removed ? sightings_.lose(seen) : sightings_.take(seen);
    if (!news) return;
    using Kind = Sightings::News::Kind;
    const auto& handler = news->kind == Kind::found     ? events_.found
                          : news->kind == Kind::changed ? events_.changed
                                                        : events_.gone;
    if (handler) handler(news->board);
  }

  void warn(const std::string& message) {
    if (events_.warning) events_.warning(message);
  }

  net::LocalNetwork network_;
  asio::steady_timer timer_;
  BrowserEvents events_;
  Sightings sightings_;
  bool warned_of_overflow_ = false;
  mdns::Querier<kBoards, kInterfaces> querier_;
};

Browser::Browser(asio::io_context& io, const std::vector<std::string>& interfaces, BrowserEvents events) {
  try {
    running_ = std::make_shared<Running>(io, interfaces, std::move(events));
  } catch (const net::NoSuchInterface& error) {
    throw BadInput(error.what());
  }
  running_->start();
}

Browser::~Browser() = default;

std::vector<DiscoveredBoard> Browser::boards() const {
  return running_->boards();
}

}  // namespace otaru::host
