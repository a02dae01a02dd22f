// Setting and clearing the 8 bytes that decide what boots.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::update {

/// `ok` if the part holds `data` at `at`, else `flash_failed`.
template <flash::Flash F>
Status holds(F& part, std::uint32_t at, Bytes data) noexcept {
  std::array<std::byte, 32> piece;
  while (!data.empty()) {
    const MutableBytes found = MutableBytes(piece).first(std::min(piece.size(), data.size()));
    if (const Status status = part.read(at, found); status != Status::ok) return status;
    if (!equal(found, data.first(found.size()))) return Status::flash_failed;
    data = data.subspan(found.size());
    at += static_cast<std::uint32_t>(found.size());
  }
  return Status::ok;
}

/// Programs `data` within one page and reads it back.
///
/// Blocks for one program (at most 0.7 ms). Programming the same bytes again is harmless, and settles bits
/// that a power cut left between 0 and 1. Power cut: some bits of the range may be programmed and others not,
/// or read differently each time.
/// @retval flash_failed  the part reported an error, or does not hold `data` afterwards
template <flash::Flash F>
Status program_checked(F& part, std::uint32_t at, Bytes data) noexcept {
  if (const Status status = part.program(at, data); status != Status::ok) return status;
  return holds(part, at, data);
}

/// Makes a slot bootable: programs the signature over 8 erased bytes. The last act of an update.
/// Errors, blocking time and power cut as program_checked.
template <flash::Flash F>
Status set_signature(F& part, const flash::Slot& slot) noexcept {
  return program_checked(part, slot.offset, image::kImage2Signature);
}

/// Makes a slot unbootable without an erase: programs zeros over the first 4 bytes of its signature, whatever
/// stands there, so that a slot which is unbootable only by chance (a torn signature) is so for good. Errors,
/// blocking time and power cut as program_checked.
template <flash::Flash F>
Status clear_signature(F& part, const flash::Slot& slot) noexcept {
  constexpr std::array<std::byte, 4> kZeros{};
  return program_checked(part, slot.offset, kZeros);
}

}  // namespace otaru::update
