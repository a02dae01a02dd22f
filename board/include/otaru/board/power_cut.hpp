// A power cut at a chosen operation of the flash, and what it leaves there.
#pragma once

#include <cstdint>

namespace otaru::board {

/// Everything that decides the outcome of one cut: the same value on the same flash gives the same bytes.
struct PowerCut {
  enum class When : std::uint8_t {
    before,  ///< the operation has not begun
    inside,  ///< the operation is torn, see Tear
    after,   ///< the operation is complete, but its caller does not live to see it
  };

  /// What an operation leaves that was cut inside. Other bytes than its own never change.
  enum class Tear : std::uint8_t {
    /// Program: each byte is written or not. Erase: the first or the second half is erased, the other is
    /// as before.
    some_bytes,
    /// Program: each bit is written or not. Erase: every byte is random, for a part first programs the
    /// whole unit to 0 and then lifts all bits, so that even bits that were 1 can be lost.
    some_bits,
    /// Barely begun, half way or nearly done (by seed), and some of the bits under change read differently
    /// each time, until a program clears them or an erase lifts them.
    unstable_bits,
  };

  std::uint64_t at_operation = 0;  ///< programs and erases that still succeed, from when the cut is armed
  When when = When::before;
  Tear tear = Tear::some_bytes;  ///< counts only `inside`
  std::uint64_t seed = 0;        ///< chooses the bytes, the bits, the half

  friend bool operator==(const PowerCut&, const PowerCut&) = default;
};

}  // namespace otaru::board
