// Where files lie in flash, compared byte range by byte range.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <otaru/host/colour.hpp>
#include <otaru/host/file_kind.hpp>
#include <otaru/host/flash_map.hpp>

namespace otaru::host {

/// The colours of bins 1 to 6 in the stock image tool's Memory Layout bar, and of an overlap.
inline constexpr std::array<Colour, 6> kBinColours{{
    {0x87, 0xCE, 0xFA},  // light sky blue
    {0xFF, 0xB6, 0xC1},  // light pink
    {0x90, 0xEE, 0x90},  // light green
    {0xFF, 0xA5, 0x00},  // orange
    {0x80, 0x80, 0x80},  // grey
    {0xDE, 0xB8, 0x87},  // burlywood
}};
inline constexpr Colour kOverlapColour{0xFF, 0x00, 0x00};

/// One file, or one image of an OTA file, at its place. Bins count from 1; colours repeat after the sixth.
struct PlacedRange {
  std::string file;
  std::string image;  ///< OTA1, OTA2, RDP for an image of an OTA file; else empty
  FileKind kind = FileKind::unknown;
  std::uint32_t address = 0;  ///< CPU address
  std::uint32_t size = 0;     ///< bytes

  std::uint64_t end() const noexcept { return std::uint64_t{address} + size; }
  /// `file` or `file (OTA1)`
  std::string label() const;
};

/// Bytes that two ranges share; `first` and `second` are their indices.
struct Overlap {
  std::size_t first = 0;
  std::size_t second = 0;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

/// What is wrong with one range (or two, for an overlap).
struct LayoutProblem {
  std::string code;  ///< `overlap`, `out_of_flash`, `out_of_slot`, `out_of_region`
  std::vector<std::size_t> ranges;
  std::string message;
};

struct MemoryLayout {
  const flash::Layout* layout = &flash::kAmebaD2Mb;
  std::vector<PlacedRange> ranges;
  std::vector<Overlap> overlaps;
  std::vector<LayoutProblem> problems;

  bool ok() const noexcept { return problems.empty(); }
  Colour colour_of(std::size_t range) const noexcept { return kBinColours[range % kBinColours.size()]; }
};

/// Compares every pair of ranges, and every range with the flash and its regions: image 2 and the images of
/// OTA files (but RDP) must lie in a slot, short of its last sector; a boot image in a boot region; anything
/// else must not cross the border of a region. An empty range is at fault with nothing.
MemoryLayout compare(const flash::Layout& layout, std::vector<PlacedRange> ranges);

/// The region that holds the whole range; nullptr if none does.
const NamedRegion* region_of(const PlacedRange& range, const std::vector<NamedRegion>& map) noexcept;

}  // namespace otaru::host
