// The words for bytes: views, and integers read from and written to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace otaru {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

/// Reads a little-endian integer from the first bytes of `from`, which must hold that many.
constexpr std::uint32_t load_le32(Bytes from) noexcept {
  return std::to_integer<std::uint32_t>(from[0]) | std::to_integer<std::uint32_t>(from[1]) << 8 |
         std::to_integer<std::uint32_t>(from[2]) << 16 | std::to_integer<std::uint32_t>(from[3]) << 24;
}

/// Writes `value` little-endian into the first 4 bytes of `to`, which must hold that many.
constexpr void store_le32(MutableBytes to, std::uint32_t value) noexcept {
  for (std::size_t i = 0; i < 4; ++i) to[i] = static_cast<std::byte>(value >> (8 * i));
}

/// Sum of every byte, modulo 2^32, added to `sum`: the checksum of OTA files and of the push announcement.
constexpr std::uint32_t byte_sum(Bytes bytes, std::uint32_t sum = 0) noexcept {
  for (std::byte b : bytes) sum += std::to_integer<std::uint32_t>(b);
  return sum;
}

/// True if both views have the same length and content.
constexpr bool equal(Bytes a, Bytes b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i]) return false;
  return true;
}

/// Copies all of `from` to the start of `to`, which must hold it.
constexpr void copy(Bytes from, MutableBytes to) noexcept {
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = from[i];
}

/// True if every byte is 0xFF, the erased state of NOR flash (also true of an empty view).
constexpr bool is_blank(Bytes bytes) noexcept {
  for (std::byte b : bytes)
    if (b != std::byte{0xFF}) return false;
  return true;
}

/// `value` rounded up to the next multiple of `step`, a power of two. The caller rules out overflow.
constexpr std::uint32_t align_up(std::uint32_t value, std::uint32_t step) noexcept {
  return (value + step - 1) & ~(step - 1);
}

constexpr std::uint32_t align_down(std::uint32_t value, std::uint32_t step) noexcept {
  return value & ~(step - 1);
}

}  // namespace otaru
