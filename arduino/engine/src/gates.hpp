// The way in with a password, behind a table of functions: only who sets a password links what is behind it.
#pragma once

#include <otaru/mbed/push_gate.hpp>

namespace otaru::engine {

/// A few mbed::PushGates, told apart by number. All functions do what those of PushGate do.
struct Gates {
  /// @return the number of a free gate, made new; or -1
  int (*open)() noexcept;
  void (*close)(int gate) noexcept;
  mbed::PushGate::Step (*step)(int gate, Bytes wire, std::uint32_t now_ms) noexcept;
  Bytes (*plain)(int gate) noexcept;
  void (*consume)(int gate, std::size_t bytes) noexcept;
  bool (*secure)(int gate) noexcept;
  void (*say)(int gate, std::string_view text) noexcept;
  void (*finish)(int gate) noexcept;
  Bytes (*outgoing)(int gate) noexcept;
  void (*sent)(int gate, std::size_t bytes) noexcept;
};

/// How many senders can be inside, or on their way in, at once. Each costs about 4.5 KB and Mbed TLS's heap.
inline constexpr int kGates = 2;

}  // namespace otaru::engine
