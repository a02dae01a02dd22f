// What is in a board's flash when it leaves the factory, and what a serial upload does to it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/status.hpp>

namespace otaru::board {

/// Where the radio's calibration stands, within the KM4 boot region. Losing it would cost the board its
/// range, so tests check that nothing ever touches it.
inline constexpr flash::Region kCalibration{0x5FF0, 16};

/// The content of a fresh board, `layout.size` bytes: both boot images, system data, calibration and
/// settings of a sketch in user data; slots and Backup are erased.
///
/// Everything is generated, always the same, and only looks like the real thing: boot images have the
/// real header and made-up contents. No region but slots and Backup is blank at its start, so that a test
/// which compares before and after sees an erase too.
std::vector<std::byte> make_factory_flash(const flash::Layout& layout);

/// Puts `image2` where a serial upload puts it: into OTA1. Then erases OTA2's first sector, because the
/// boot loader prefers OTA2 and would go on starting an older image there. Nothing else changes.
///
/// @retval ok            the board boots `image2` next, if that is a good image: it is not looked into
/// @retval out_of_range  `image2` is empty or larger than a slot's capacity; nothing was written
/// @retval flash_failed  the part failed; OTA1 is undefined, and OTA2 is as before or invalid
template <flash::Flash F>
Status serial_upload(F& part, const flash::Layout& layout, Bytes image2) noexcept {
  if (image2.empty() || image2.size() > layout.ota1.capacity()) return Status::out_of_range;
  const auto length = static_cast<std::uint32_t>(image2.size());
  const std::uint32_t start = layout.ota1.offset;
  for (std::uint32_t at = 0; at < length; at += flash::kSectorSize)
    if (const Status status = part.erase_sector(start + at); status != Status::ok) return status;
  for (std::uint32_t at = 0; at < length; at += flash::kPageSize) {
    const Bytes page = image2.subspan(at, std::min(flash::kPageSize, length - at));
    if (const Status status = part.program(start + at, page); status != Status::ok) return status;
  }
  return part.erase_sector(layout.ota2.offset);
}

}  // namespace otaru::board
