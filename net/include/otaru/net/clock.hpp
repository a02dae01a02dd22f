// The clock that core's state machines run on.
#pragma once

#include <chrono>
#include <cstdint>

namespace otaru::net {

/// Milliseconds of a clock that never jumps; wraps at 2^32, as core expects.
inline std::uint32_t now_ms() noexcept {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return static_cast<std::uint32_t>(
      duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count());
}

}  // namespace otaru::net
