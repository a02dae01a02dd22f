// What the engine tells: lines to the console, news to the sketch.
#pragma once

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
  void tell(otaru_engine_event event) const noexcept {
    tell({event, 0, 0, "", "", {}});
  }

 private:
  const otaru_port* port_;
  otaru_event_fn on_event_;
  void* context_;
};

/// Adds an IPv4 address.
inline ConsoleLine& add_address(ConsoleLine& line, const std::uint8_t (&address)[4]) noexcept {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) line.add({".", 1});
    line.add_decimal(address[i]);
  }
  return line;
}

}  // namespace otaru::engine
