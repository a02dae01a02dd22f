// Setting and clearing the 8 bytes that decide what boots.
#pragma once

#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::update {

/// Programs `data` within one page and reads it back.
///
/// Blocks for one program (about 0.7 ms). `data` is at most image::kSegmentHeaderSize bytes.
/// Power cut: some bits of the range may be programmed and others not.
/// @retval flash_failed  the part reported an error, or does not hold `data` afterwards
template <flash::Flash F>
Status program_checked(F& part, std::uint32_t at, Bytes data) noexcept {
  if (data.size() > image::kSegmentHeaderSize) return Status::out_of_range;
  if (const Status status = part.program(at, data); status != Status::ok) return status;
  std::array<std::byte, image::kSegmentHeaderSize> found{};
  const MutableBytes back = MutableBytes(found).first(data.size());
  if (const Status status = part.read(at, back); status != Status::ok) return status;
  return equal(back, data) ? Status::ok : Status::flash_failed;
}

/// Makes a slot bootable: programs the signature over 8 erased bytes. The last act of an update.
/// Errors, blocking time and power cut as program_checked.
template <flash::Flash F>
Status set_signature(F& part, const flash::Slot& slot) noexcept {
  return program_checked(part, slot.offset, image::kImage2Signature);
}

/// Makes a slot unbootable without an erase: programs zeros over the first 4 bytes of its signature. Does
/// nothing where no signature stands. Errors, blocking time and power cut as program_checked.
template <flash::Flash F>
Status clear_signature(F& part, const flash::Slot& slot) noexcept {
  image::Signature found{};
  if (const Status status = part.read(slot.offset, found); status != Status::ok) return status;
  if (found != image::kImage2Signature) return Status::ok;
  constexpr std::array<std::byte, 4> kZeros{};
  return program_checked(part, slot.offset, kZeros);
}

}  // namespace otaru::update
