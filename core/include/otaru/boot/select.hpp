// The stock boot loader's rule: which slot boots. Ours to model, not to change.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/image2.hpp>
#include <otaru/result.hpp>

namespace otaru::boot {

/// What the boot loader does with a flash.
struct Selection {
  std::optional<flash::SlotId> slot;  ///< the slot it chooses; none: boot failed, it stays in the ROM shell
  std::uint32_t km4_offset = 0;       ///< where it looks for KM4, from the start of the part, bytes
  bool km4_found = false;             ///< false with a slot: it loops for ever, there is no fall-back

  /// True if the board comes up.
  constexpr bool boots() const noexcept { return slot.has_value() && km4_found; }
};

/// True if the signature of image 2 stands at offset `at`.
template <flash::Flash F>
Result<bool> has_signature(F& part, std::uint32_t at) noexcept {
  image::Signature found{};
  if (const Status status = part.read(at, found); status != Status::ok) return status;
  return found == image::kImage2Signature;
}

/// True if the slot starts with the signature of image 2, which is all the boot loader asks of it.
template <flash::Flash F>
Result<bool> has_signature(F& part, const flash::Slot& slot) noexcept {
  return has_signature(part, slot.offset);
}

/// Where the boot loader looks for KM4, as an offset from the start of the slot: behind KM0's two segments,
/// rounded up to 4 KiB. Sizes are taken from the headers as they stand, whatever they say (modulo 2^32).
template <flash::Flash F>
Result<std::uint32_t> km4_position(F& part, const flash::Slot& slot) noexcept {
  std::uint32_t end = 0;
  for (int segment = 0; segment < 2; ++segment) {
    std::array<std::byte, image::kSegmentHeaderSize> header{};
    if (end > slot.size - header.size()) return slot.size;  // outside: nothing will be found there
    if (const Status status = part.read(slot.offset + end, header); status != Status::ok) return status;
    end += image::kSegmentHeaderSize + image::read_segment_header(header).size;
  }
  return align_up(end, image::kPartAlignment);
}

/// Applies the rule: OTA2 if it has the signature (unless a pin forces OTA1), else OTA1 if it has it, else
/// none.
///
/// @param force_ota1  a GPIO configured to force OTA1 is active (stock boards: not configured)
/// @retval error of `read`, which a real boot loader could not report either
template <flash::Flash F>
Result<Selection> select(F& part, const flash::Layout& layout, bool force_ota1 = false) noexcept {
  Selection selection;
  for (const flash::SlotId id : {flash::SlotId::ota2, flash::SlotId::ota1}) {
    if (id == flash::SlotId::ota2 && force_ota1) continue;
    const Result<bool> valid = has_signature(part, layout.slot(id));
    if (!valid) return valid.error();
    if (!*valid) continue;
    selection.slot = id;
    break;
  }
  if (!selection.slot) return selection;

  const flash::Slot& slot = layout.slot(*selection.slot);
  const Result<std::uint32_t> position = km4_position(part, slot);
  if (!position) return position.error();
  selection.km4_offset = slot.offset + *position;
  if (*position > slot.size - image::kSegmentHeaderSize) return selection;
  const Result<bool> found = has_signature(part, selection.km4_offset);
  if (!found) return found.error();
  selection.km4_found = *found;
  return selection;
}

}  // namespace otaru::boot
