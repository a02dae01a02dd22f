// Flash bits that a torn operation left between 0 and 1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include <otaru/board/random.hpp>
#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>

namespace otaru::board {

/// The set of bits that read differently each time. Costs nothing while it is empty, 4 KiB for each sector
/// that holds any.
class UnstableBits {
 public:
  bool empty() const noexcept { return sectors_.empty(); }

  /// The bits of `mask` at `at` become unstable.
  void add(std::uint32_t at, std::byte mask);

  /// A program of `data` at `at`: bits it clears are stable again, the others stay as they are.
  void programmed(std::uint32_t at, Bytes data) noexcept;

  /// An erase of the `length` bytes at `at`: all stable again.
  void erased(std::uint32_t at, std::uint32_t length) noexcept;

  /// Which bits of the byte at `at` are unstable.
  std::byte of(std::uint32_t at) const noexcept;

  /// True if a bit of the `length` bytes at `at` is unstable.
  bool any(std::uint32_t at, std::uint32_t length) const noexcept;

  /// Gives the unstable ones of the bits that were read from `at` a value of this moment.
  void blur(std::uint32_t at, MutableBytes read, Random& random) const noexcept;

 private:
  using Mask = std::array<std::byte, flash::kSectorSize>;
  std::map<std::uint32_t, Mask> sectors_;  // by the sector's number
};

}  // namespace otaru::board
