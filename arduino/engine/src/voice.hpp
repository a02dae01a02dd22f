// What the engine tells: lines to the console, news to the sketch.
#pragma once

#include <array>

#include <otaru/push/console.hpp>

#include "otaru_engine.h"

namespace otaru::engine {

using push::ConsoleLine;

class Voice {
 public:
  Voice(const otaru_port& port, otaru_event_fn on_event, void* context) noexcept
      : port_(&port), on_event_(on_event), context_(context) {}

  void say(const ConsoleLine& line) const noexcept {
    if (port_->log != nullptr) port_->log(port_->context, line.c_str());
  }
  void say(std::string_view line) const noexcept { say(ConsoleLine(line)); }

  void tell(const otaru_news& news) const noexcept {
    if (on_event_ != nullptr) on_event_(context_, &news);
  }
  void tell(otaru_engine_event event) const noexcept { tell({event, 0, 0, "", "", {}}); }

 private:
  const otaru_port* port_;
  otaru_event_fn on_event_;
  void* context_;
};

/// An IPv4 address with dots.
class AddressText {
 public:
  explicit AddressText(const otaru_peer& peer) noexcept {
    for (std::size_t i = 0; i < 4; ++i) {
      if (i > 0) text_[size_++] = '.';
      add(peer.address[i]);
    }
  }
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  void add(std::uint8_t value) noexcept {
    if (value >= 100) text_[size_++] = static_cast<char>('0' + value / 100);
    if (value >= 10) text_[size_++] = static_cast<char>('0' + value / 10 % 10);
    text_[size_++] = static_cast<char>('0' + value % 10);
  }

  std::array<char, 15> text_{};
  std::size_t size_ = 0;
};

}  // namespace otaru::engine
