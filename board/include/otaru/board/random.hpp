// Repeatable randomness for faults.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace otaru::board {

/// A small generator, cheap to seed and to copy, that gives the same numbers on every machine. Good enough
/// to vary faults; never for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed = 0) noexcept : engine_(seed) {}

  /// 32 random bits: the upper ones of the engine, whose lower ones have short periods.
  std::uint32_t bits() noexcept { return static_cast<std::uint32_t>(engine_() >> 32); }

  /// A number below `end`, which is not 0.
  std::uint32_t below(std::uint32_t end) noexcept {
    return static_cast<std::uint32_t>(std::uint64_t{bits()} * end >> 32);
  }

  /// Every bit is 1 half of the time.
  std::byte byte() noexcept { return static_cast<std::byte>(bits() >> 24); }

  /// Every bit is 1 once in 16 times.
  std::byte sparse_byte() noexcept {
    const std::uint32_t b = bits();
    return static_cast<std::byte>(b & b >> 8 & b >> 16 & b >> 24);
  }

 private:
  // Multiplier and increment of Knuth's MMIX (The Art of Computer Programming, volume 2, 3.3.4).
  std::linear_congruential_engine<std::uint64_t, 6364136223846793005u, 1442695040888963407u, 0> engine_;
};

}  // namespace otaru::board
