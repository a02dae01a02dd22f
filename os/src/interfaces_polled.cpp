#include <chrono>
#include <system_error>

#include <asio/steady_timer.hpp>

#include <otaru/os/interfaces.hpp>

#include "interface_list.hpp"

namespace otaru::os {
namespace {

constexpr std::chrono::seconds kEvery{3};

}  // namespace

class InterfaceFeed::Source : public std::enable_shared_from_this<InterfaceFeed::Source> {
 public:
  explicit Source(asio::io_context& io) : timer_(io), interfaces_(list_interfaces()) {}

  const std::vector<InterfaceState>& interfaces() const noexcept { return interfaces_; }

  void start(std::function<void()> handler) {
    handler_ = std::move(handler);
    wait();
  }

  void stop() { timer_.cancel(); }

 private:
  void wait() {
    timer_.expires_after(kEvery);
    timer_.async_wait([weak = weak_from_this()](const std::error_code& error) {
      // A call that was already on its way when the feed was destroyed is no error.
      const auto self = weak.lock();
      if (self && !error) self->look();
    });
  }

  void look() {
    try {
      std::vector<InterfaceState> now = list_interfaces();
      const bool changed = now != interfaces_;
      interfaces_ = std::move(now);
      if (changed) handler_();
    } catch (const std::system_error&) {
      // No list this time: the last one holds until the next.
    }
    wait();
  }

  asio::steady_timer timer_;
  std::vector<InterfaceState> interfaces_;
  std::function<void()> handler_;
};

InterfaceFeed::InterfaceFeed(asio::io_context& io) : source_(std::make_shared<Source>(io)) {}

InterfaceFeed::~InterfaceFeed() {
  source_->stop();
}

std::vector<InterfaceState> InterfaceFeed::interfaces() const {
  return source_->interfaces();
}

void InterfaceFeed::start(std::function<void()> handler) {
  source_->start(std::move(handler));
}

}  // namespace otaru::os
