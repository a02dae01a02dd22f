// The clock that core's state machines run on.
#pragma once

#include <chrono>
#include <cstdint>

namespace otaru::net {

/// `at` in milliseconds that wrap at 2^32, as core expects.
constexpr std::uint32_t in_ms(std::chrono::steady_clock::time_point at) noexcept {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
}

/// Milliseconds of a clock that never jumps; wraps at 2^32, as core expects.
inline std::uint32_t now_ms() noexcept {
  return in_ms(std::chrono::steady_clock::now());
}

}  // namespace otaru::net
