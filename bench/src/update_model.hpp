// Updates in virtual time: the flash model adds up what each operation would take on the board.
#pragma once

#include <cstdint>

#include <otaru/board/timing.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/update/slot_state.hpp>

#include "rows.hpp"

namespace otaru::bench {

/// Each of these updates slot OTA2, whose room for images is fully programmed before, by an image of `bytes`;
/// then compares the slot with the image and throws std::runtime_error if it is another. Receiving and flash
/// work take turns: while flash is busy, Wi-Fi pauses (see board::Timing).

/// As the stock firmware does: erases every sector of the image, then programs 12 bytes at a time as they
/// come in, then reads all back by commands of 4 bytes, then writes the signature.
VirtualRow stock_update(std::uint32_t bytes, const board::Timing& timing = {});

/// As Otaru does: core's receiver and slot writer, fed over a virtual network. After an interrupted update
/// the whole slot is erased, for no sector of it can be believed to be blank. Hashing is not in the model:
/// the flash is what an update waits for.
VirtualRow our_update(std::uint32_t bytes, update::SlotHistory history, const board::Timing& timing = {});

/// What no way of writing can beat: the cheapest erases that cover the image's sectors and touch nothing
/// outside the slot, and one program for each page of the image that is not blank; nothing received, nothing
/// read, nothing else written.
VirtualRow flash_limit(std::uint32_t bytes, const board::Timing& timing = {});

}  // namespace otaru::bench
