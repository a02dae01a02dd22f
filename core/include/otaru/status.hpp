// What became of an operation: one closed list for all of core.
#pragma once

#include <cstdint>

namespace otaru {

/// The outcome of a core operation. The words that go over the wire are another list (push/wire_code.hpp).
enum class [[nodiscard]] Status : std::uint8_t{
    ok,

    // flash
    out_of_range,  ///< address or length outside the part, the slot or the announced image
    misaligned,    ///< an erase not on a sector or block boundary, or a program across a page
    flash_failed,  ///< the part reported an error, or holds something else than was written

    // OTA file and announcement
    header_count,    ///< the number of images is not one a reader of this file accepts
    image_id,        ///< not `OTA1`, `OTA2` or `RDP`, or not in that order
    header_length,   ///< an image header says it is not 24 bytes long
    image_offset,    ///< an image does not start where the headers end
    image_length,    ///< 0, beyond the slot, or beyond the file
    announced_size,  ///< the size in the push announcement is not that of the file that follows
    announced_sum,   ///< the byte sum in the push announcement is not that of the file that follows
    image_sum,       ///< the byte sum in the image's header is not that of the image
    too_short,       ///< the bytes ended before the structure did

    // image 2
    km0_signature,  ///< the KM0 part does not start with the signature of image 2
    km0_segment,    ///< a KM0 segment's header is missing or its size leaves the image
    km4_signature,  ///< no signature where the boot loader looks for KM4: a stock board would hang
    km4_segment,    ///< a KM4 segment's header is missing or its size leaves the image

    // a seal
    seal_missing,    ///< the board takes sealed images only, and this one has no seal
    seal_format,     ///< a seal of a kind that this firmware does not know
    seal_key,        ///< sealed by a key that is not one of the board's
    seal_signature,  ///< the seal's signature is wrong
    seal_image,      ///< the seal speaks of another image
    seal_board,      ///< sealed for another type of board
    seal_counter,    ///< its security counter is lower than that of the running image
    seal_expired,    ///< its not-after date has passed

    // a trial
    trial_pending,    ///< the running image is on trial; its fall-back must not be overwritten
    rejected_before,  ///< this very image was tried and rejected

    // a push
    busy,         ///< another update is being received
    timed_out,    ///< the sender was silent for too long
    closed,       ///< the sender closed before all was there
    wrong_state,  ///< a call out of order
};

/// The last Status, for tests that walk the whole list.
inline constexpr Status kLastStatus = Status::wrong_state;

}  // namespace otaru
