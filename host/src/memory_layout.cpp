#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <otaru/host/memory_layout.hpp>
#include <otaru/host/numbers.hpp>

namespace otaru::host {
namespace {

std::uint64_t end_of(const flash::Region& region) noexcept {
  return std::uint64_t{region.address()} + region.size;
}

bool touches(const PlacedRange& range, const flash::Region& region) noexcept {
  return range.size > 0 && range.address < end_of(region) && range.end() > region.address();
}

bool starts_in(const PlacedRange& range, const flash::Region& region) noexcept {
  return range.address >= region.address() && range.address < end_of(region);
}

std::string span_text(const PlacedRange& range) {
  return fmt::format("{} ({} to {})", range.label(), hex32(range.address), hex32(range.end() - 1));
}

void find_overlaps(MemoryLayout& result) {
  const std::vector<PlacedRange>& ranges = result.ranges;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    for (std::size_t j = i + 1; j < ranges.size(); ++j) {
      const std::uint64_t start = std::max(ranges[i].address, ranges[j].address);
      const std::uint64_t end = std::min(ranges[i].end(), ranges[j].end());
      if (start >= end) continue;
      result.overlaps.push_back({i, j, start, end - start});
      result.problems.push_back(
          {"overlap",
           {i, j},
           fmt::format("{} and {} overlap by {}, from {}. Move one of them.", span_text(ranges[i]),
                       span_text(ranges[j]), bytes_text(end - start), hex32(start))});
    }
  }
}

bool belongs_in_slot(const PlacedRange& range) noexcept {
  return range.kind == FileKind::image2 || range.image == "OTA1" || range.image == "OTA2";
}

/// Why a range that no region holds whole, or that stands in the wrong one, is at fault; nullopt if it is
/// not.
std::optional<LayoutProblem> find_fault(std::size_t index, const PlacedRange& range,
                                        const flash::Layout& layout, const std::vector<NamedRegion>& map) {
  const std::uint64_t flash_end = std::uint64_t{flash::kFlashBase} + layout.size;
  if (range.address < flash::kFlashBase || range.end() > flash_end) {
    return LayoutProblem{
        "out_of_flash",
        {index},
        fmt::format("{} leaves the flash, which goes from {} to {} in layout {}.", span_text(range),
                    hex32(flash::kFlashBase), hex32(flash_end - 1), layout.name)};
  }
  const auto start =
      std::ranges::find_if(map, [&](const NamedRegion& entry) { return starts_in(range, entry.region); });
  const bool in_slot = start != map.end() && start->use == RegionUse::slot;
  if (in_slot && range.size > 0 && range.end() > start->region.address() + start->capacity) {
    return LayoutProblem{
        "out_of_slot",
        {index},
        fmt::format("{} leaves slot {}: an image there must end before {}, where the sector of the trial "
                    "record begins.",
                    span_text(range), start->name, hex32(start->region.address() + start->capacity))};
  }
  if (belongs_in_slot(range) && !in_slot) {
    return LayoutProblem{
        "out_of_slot",
        {index},
        fmt::format("{} is not in a slot. Slot OTA1 starts at {}, slot OTA2 at {}.", span_text(range),
                    hex32(layout.ota1.address()), hex32(layout.ota2.address()))};
  }
  if (range.kind == FileKind::boot_image && (start == map.end() || start->use != RegionUse::boot)) {
    return LayoutProblem{
        "out_of_region",
        {index},
        fmt::format("{} is a boot image, but not in a boot region. Those start at {} and {}.",
                    span_text(range), hex32(layout.km0_boot.address()), hex32(layout.km4_boot.address()))};
  }
  for (const NamedRegion& entry : map) {
    const bool holds = range.address >= entry.region.address() && range.end() <= end_of(entry.region);
    if (!touches(range, entry.region) || holds) continue;
    const bool from_inside = starts_in(range, entry.region);
    return LayoutProblem{"out_of_region",
                         {index},
                         fmt::format("{} {} {} ({} to {}).", span_text(range),
                                     from_inside ? "passes the end of" : "reaches into", entry.name,
                                     hex32(entry.region.address()), hex32(end_of(entry.region) - 1))};
  }
  return std::nullopt;
}

}  // namespace

std::string PlacedRange::label() const {
  return image.empty() ? file : fmt::format("{} ({})", file, image);
}

MemoryLayout compare(const flash::Layout& layout, std::vector<PlacedRange> ranges) {
  MemoryLayout result;
  result.layout = &layout;
  result.ranges = std::move(ranges);
  find_overlaps(result);
  const std::vector<NamedRegion> map = flash_map(layout);
  for (std::size_t i = 0; i < result.ranges.size(); ++i) {
    if (auto fault = find_fault(i, result.ranges[i], layout, map))
      result.problems.push_back(std::move(*fault));
  }
  return result;
}

const NamedRegion* region_of(const PlacedRange& range, const std::vector<NamedRegion>& map) noexcept {
  for (const NamedRegion& entry : map)
    if (starts_in(range, entry.region) && range.end() <= end_of(entry.region)) return &entry;
  return nullptr;
}

}  // namespace otaru::host
