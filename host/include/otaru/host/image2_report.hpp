// What an image 2 or a boot image holds, and everything that is wrong with it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include <otaru/bytes.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/host/finding.hpp>
#include <otaru/host/marker.hpp>
#include <otaru/host/seal_report.hpp>
#include <otaru/image/image2.hpp>

namespace otaru::host {

/// Where the code of an AmebaD image is linked to; the flash MMU maps the chosen slot there. The first 32
/// bytes of each window are the segment's header.
inline constexpr std::uint32_t kKm0XipAddress = 0x0C00'0020;
inline constexpr std::uint32_t kKm4XipAddress = 0x0E00'0020;

/// Bytes behind a part's last segment that fill it up to the next 4 KiB.
struct Padding {
  std::uint32_t offset = 0;  ///< in the image, bytes
  std::uint32_t size = 0;    ///< bytes
  bool blank = true;         ///< all 0xFF, as linkers leave it
};

struct Image2Report {
  std::vector<image::Segment> segments;  ///< in file order; offsets count from the start of the image
  std::vector<Padding> padding;
  std::uint32_t trailing = 0;  ///< bytes behind the last padding, without the seal
  std::optional<SealReport> seal;
  std::optional<Marker> marker;
};

/// What the slots of any layout hold at most, bytes: a file does not say which layout its board has.
inline constexpr std::uint32_t kLargestImage = [] {
  std::uint32_t largest = 0;
  for (const flash::Layout* layout : flash::kLayouts)
    largest = std::max({largest, layout->ota1.capacity(), layout->ota2.capacity()});
  return largest;
}();

/// Walks an image 2 by core's rules and goes on behind a missing signature where the sizes still lead on, so
/// that every fault is found and not just the first.
///
/// @param position  of the image in its file, bytes; added to the offsets of what is found
/// @param findings  receives the faults, with the names of core's Status as codes
Image2Report inspect_image2(Bytes image, std::uint32_t position, Findings& findings);

/// For an image on its way to a board: the warning `no_marker` if it does not have the library.
std::optional<Finding> warn_of_no_marker(const Image2Report& report);

/// One segment of a boot image.
struct BootSegment {
  std::uint32_t offset = 0;  ///< of the header in the file, bytes
  image::SegmentHeader header{};
};

/// Reads the segments of a boot image: the first starts with the calibration pattern; others may follow at
/// once.
std::vector<BootSegment> inspect_boot_image(Bytes content, Findings& findings);

}  // namespace otaru::host
