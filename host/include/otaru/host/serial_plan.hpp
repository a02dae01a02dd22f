// What a serial upload does to flash, and in which order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <otaru/bytes.hpp>
#include <otaru/flash/layout.hpp>

namespace otaru::host::serial {

/// The radio's calibration, inside the KM4 boot region: never lost, whatever is uploaded or erased.
inline constexpr flash::Region kRadioCalibration{0x5FF0, 16};

/// Bytes and where they go.
struct FlashPiece {
  std::string what;  ///< for people: the name of the file
  std::uint32_t offset = 0;
  std::vector<std::byte> bytes;

  std::uint32_t end() const noexcept { return offset + static_cast<std::uint32_t>(bytes.size()); }
};

enum class EraseFirst : std::uint8_t {
  none,   ///< only the sectors that are written
  slots,  ///< both slots, all of them
  all,    ///< the whole part, but for kRadioCalibration
};

struct PlanOptions {
  const flash::Layout* layout = &flash::kAmebaD2Mb;
  EraseFirst erase = EraseFirst::none;
  bool keep_ota2 = false;  ///< leave an older OTA2 booting
};

/// One run of sectors: erased, written and checked together. If it starts with a signature, that is written
/// last, so that a run that is not whole boots nothing.
struct UploadStep {
  std::string what;
  std::uint32_t offset = 0;
  std::vector<std::byte> content;   ///< whole sectors
  std::vector<flash::Region> keep;  ///< bytes of flash that stay as they are on the board
  std::uint32_t erase_size = 0;     ///< bytes from `offset`; more than the content if all of a slot is erased
  bool compare_first = false;       ///< read what is there, and do nothing if it is the same already

  flash::Region region() const noexcept { return {offset, static_cast<std::uint32_t>(content.size())}; }
};

struct UploadPlan {
  std::vector<flash::Region> erase_first;
  std::vector<UploadStep> steps;          ///< in order
  std::vector<flash::Region> erase_last;  ///< what would boot instead, when the new program is in
  std::vector<flash::Region> untouched;   ///< everything else: the same afterwards as before
  std::size_t bytes = 0;                  ///< of all steps
};

/// Order: slots and data first, then the boot image of KM4, then that of KM0, then OTA2's signature. So an
/// old program in OTA2 boots until the new one is whole, and where boot images are new too, the very last
/// sector is the one that makes the board boot.
///
/// @param pieces  inside the part, without overlaps
/// @throws BadInput  if the outcome could not boot: everything erased and a boot image missing; or if
/// `keep_ota2` contradicts the rest
UploadPlan plan_upload(const std::vector<FlashPiece>& pieces, const PlanOptions& options);

/// Everything in [0, size) that is in none of `regions`, which may overlap.
std::vector<flash::Region> outside_of(std::vector<flash::Region> regions, std::uint32_t size);

}  // namespace otaru::host::serial
