#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <otaru/mdns/responder.hpp>
#include <otaru/mdns/txt.hpp>
#include <otaru/net/board_announcer.hpp>
#include <otaru/net/clock.hpp>
#include <otaru/net/local_network.hpp>

namespace otaru::net {
namespace {

constexpr std::size_t kInterfaces = 32;
using TxtData = mdns::Txt<400>;  // as much as surely fits in one announcement

TxtData wire_form(const TxtEntries& entries) {
  TxtData data;
  for (const auto& [key, value] : entries)
    if (data.add(key, value) != Status::ok)
      throw std::invalid_argument("The TXT entry " + key +
                                  " cannot be announced: it is too long, or contains a \"=\" of its own.");
  return data;
}

bool is_link_local(const InterfaceAddress& own) noexcept {
  return own.family == mdns::Family::ipv6 && own.bytes[0] == 0xFE;
}

// True if a board that listens on `where` can be reached at `own`.
bool reached_at(const InterfaceAddress& own, const asio::ip::address& where) {
  if (own.family == mdns::Family::ipv4) {
    if (where.is_unspecified()) return true;
    const auto bytes = where.is_v4() ? where.to_v4().to_bytes() : asio::ip::address_v4::bytes_type{};
    return where.is_v4() && std::equal(bytes.begin(), bytes.end(), own.bytes.begin());
  }
  if (where.is_v4()) return false;
  return where.is_unspecified() || where.to_v6().to_bytes() == own.bytes;
}

}  // namespace

class BoardAnnouncer::Running : public std::enable_shared_from_this<BoardAnnouncer::Running> {
 public:
  Running(asio::io_context& io, const Announcement& announcement, AnnouncerEvents events)
      : network_(io, LocalNetwork::Role::responder, announcement.interfaces),
        timer_(io),
        events_(std::move(events)),
        name_(announcement.name),
        service_(announcement.service),
        listening_on_(announcement.listening_on),
        txt_(wire_form(announcement.txt)),
        responder_({name_, {}, service_, announcement.port, txt_.bytes()}, std::random_device()()) {}

  void start() {
    LocalNetworkEvents network;
    network.up = [this](const Interface& interface) { interface_up(interface); };
    network.down = [this](mdns::InterfaceId index) {
      responder_.interface_down(index);
      pump();
    };
    network.packet = [this](const mdns::Incoming& incoming) {
      responder_.receive(now_ms(), incoming);
      pump();
    };
    network.warning = [this](const std::string& message) { warn(message); };
    network_.start(std::move(network));
    if (network_.interfaces().empty())
      warn("No network interface can be used now; " + name_ + " is announced as soon as one can.");
    else if (responder_.state() == mdns::ResponderBase::State::idle)
      warn("No chosen network interface has the address " + listening_on_.to_string() +
           " that the board listens on; " + name_ + " is announced as soon as one has.");
  }

  void update_txt(const TxtEntries& entries) {
    txt_ = wire_form(entries);
    responder_.update_txt(now_ms(), txt_.bytes());
    pump();
  }

  void say_goodbye() {
    stopped_ = true;
    responder_.shutdown();
    send_all();
    timer_.cancel();
  }

 private:
  void interface_up(const Interface& interface) {
    mdns::Addresses addresses;
    std::vector<mdns::Ipv6Address> global;
    std::vector<mdns::Ipv6Address> link_local;
    for (const InterfaceAddress& own : interface.addresses) {
      if (!reached_at(own, listening_on_)) continue;
      if (own.family == mdns::Family::ipv6) {
        (is_link_local(own) ? link_local : global).push_back(own.bytes);
      } else if (!addresses.ipv4) {
        addresses.ipv4 = {own.bytes[0], own.bytes[1], own.bytes[2], own.bytes[3]};
      }
    }
    // One of each kind, if there are both: not every program can use link-local ones.
    std::vector<mdns::Ipv6Address> ipv6;
    if (!global.empty()) ipv6.push_back(global.front());
    ipv6.insert(ipv6.end(), link_local.begin(), link_local.end());
    if (global.size() > 1) ipv6.insert(ipv6.end(), global.begin() + 1, global.end());
    addresses.ipv6 = ipv6;
    if (!responder_.interface_up(now_ms(), interface.index, addresses))
      warn("There are more network interfaces than a board can be announced on; " + interface.name +
           " is left out.");
    pump();
  }

  void send_all() {
    std::array<std::byte, mdns::kMaxPacket> buffer;
    while (const auto packet = responder_.poll(now_ms(), buffer)) network_.send(*packet);
  }

  void pump() {
    send_all();
    tell_news();
    if (stopped_) return;  // a callback did
    timer_.expires_after(std::chrono::milliseconds(responder_.wait_ms(now_ms())));
    timer_.async_wait([weak = weak_from_this()](const std::error_code& error) {
      // A call that was already on its way when this object was destroyed is no error.
      const auto self = weak.lock();
      if (self && !error) self->pump();
    });
  }

  void tell_news() {
    if (stopped_) return;
    const std::string name(responder_.instance_name());
    if (name != name_told_) {
      const std::string before = name_told_.empty() ? name_ : name_told_;
      name_told_ = name;
      announced_told_ = false;
      if (name != before && events_.renamed) events_.renamed(before, name);
    }
    if (stopped_) return;
    const bool announced = responder_.state() == mdns::ResponderBase::State::announced;
    const bool news = announced && !announced_told_;
    announced_told_ = announced;
    if (news && events_.announced) events_.announced(name, std::string(responder_.host_label()) + ".local");
  }

  void warn(const std::string& message) {
    if (!stopped_ && events_.warning) events_.warning(message);
  }

  LocalNetwork network_;
  asio::steady_timer timer_;
  AnnouncerEvents events_;
  std::string name_;
  std::string service_;
  std::string name_told_;
  bool announced_told_ = false;
  bool stopped_ = false;
  asio::ip::address listening_on_;
  TxtData txt_;
  mdns::Responder<kInterfaces> responder_;
};

BoardAnnouncer::BoardAnnouncer(asio::io_context& io) : io_(io) {}
BoardAnnouncer::~BoardAnnouncer() = default;

void BoardAnnouncer::start(const Announcement& announcement, AnnouncerEvents events) {
  if (announcement.name.empty()) throw std::invalid_argument("A board cannot be announced without a name.");
  stop();
  const auto running = std::make_shared<Running>(io_, announcement, std::move(events));
  running_ = running;
  running->start();
}

void BoardAnnouncer::update_txt(const TxtEntries& txt) {
  if (running_ != nullptr) running_->update_txt(txt);
}

void BoardAnnouncer::stop() {
  if (running_ == nullptr) return;
  running_->say_goodbye();
  // Later, because this may be called by one of its own callbacks.
  asio::post(io_, [last = std::move(running_)] {});
}

}  // namespace otaru::net
