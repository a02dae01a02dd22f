// Where secrets come from: the seam to the machine's randomness.
#pragma once

#include <otaru/bytes.hpp>

namespace otaru::mbed {

/// Fills buffers with bytes that nobody can guess: a computer's by the system, a board's by its generator.
struct Randomness {
  /// Fills all of `to`, or returns false and the handshake fails. Does not wait.
  bool (*fill)(void* context, MutableBytes to) noexcept = nullptr;
  void* context = nullptr;  ///< passed on to `fill`; outlives whoever uses this
};

/// The randomness of the operating system (getrandom).
Randomness system_randomness() noexcept;

}  // namespace otaru::mbed
