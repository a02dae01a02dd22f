#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include <otaru/host/layout_text.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/table.hpp>

namespace otaru::host {
namespace {

constexpr int kMargin = 2;  // columns left of the bar
constexpr int kNarrowest = 24;
constexpr int kWidest = 128;
constexpr Colour kBlack{0, 0, 0};
constexpr Colour kFree{0x3A, 0x3A, 0x3A};
constexpr Colour kSlot{0x58, 0x6E, 0x75};
constexpr Colour kBootOrSystem{0x6C, 0x3B, 0x3B};
constexpr Colour kUser{0x4B, 0x5A, 0x2F};
constexpr Colour kWhite{0xFF, 0xFF, 0xFF};

/// The bytes of flash, as addresses, that column `index` of `columns` stands for.
struct Window {
  std::uint64_t start;
  std::uint64_t end;

  std::uint64_t shared_with(std::uint64_t from, std::uint64_t to) const noexcept {
    const std::uint64_t first = std::max(start, from);
    const std::uint64_t last = std::min(end, to);
    return first < last ? last - first : 0;
  }
};

Window window(const flash::Layout& layout, std::size_t index, std::size_t columns) noexcept {
  const std::uint64_t size = layout.size;
  return {flash::kFlashBase + size * index / columns, flash::kFlashBase + size * (index + 1) / columns};
}

/// The region that fills most of a window; nullptr where no region is.
const NamedRegion* main_region(const Window& cell, const std::vector<NamedRegion>& map) noexcept {
  const NamedRegion* best = nullptr;
  std::uint64_t most = 0;
  for (const NamedRegion& entry : map) {
    const std::uint64_t start = entry.region.address();
    const std::uint64_t shared = cell.shared_with(start, start + entry.region.size);
    if (shared > most) {
      most = shared;
      best = &entry;
    }
  }
  return best;
}

char letter(RegionUse use) noexcept {
  switch (use) {
    case RegionUse::boot:
    case RegionUse::system: return 'b';
    case RegionUse::user: return 'u';
    case RegionUse::slot: return '-';
  }
  return ' ';
}

Colour background(RegionUse use) noexcept {
  return use == RegionUse::slot ? kSlot : use == RegionUse::user ? kUser : kBootOrSystem;
}

/// `-----` becomes `[ OTA1 ]`, as far as there is room.
void write_name(std::string& run, std::string_view name) {
  if (run.size() < name.size() + 4) return;
  run.front() = '[';
  run.back() = ']';
  const std::string text = fmt::format(" {} ", name);
  run.replace((run.size() - text.size()) / 2, text.size(), text);
}

std::string map_row(const MemoryLayout& layout, std::size_t columns, ColourDepth colours) {
  const std::vector<NamedRegion> map = flash_map(*layout.layout);
  std::string row;
  for (std::size_t i = 0; i < columns;) {
    const NamedRegion* const region = main_region(window(*layout.layout, i, columns), map);
    std::size_t end = i + 1;
    while (end < columns && main_region(window(*layout.layout, end, columns), map) == region) ++end;
    std::string run(end - i, region == nullptr ? '.' : letter(region->use));
    if (region != nullptr && region->use == RegionUse::slot) write_name(run, region->name);
    row += region == nullptr ? run : painted(run, kWhite, background(region->use), colours);
    i = end;
  }
  return row;
}

/// Bins have one digit each; the tenth starts over.
char bin_letter(std::size_t range) noexcept {
  return static_cast<char>('0' + (range + 1) % 10);
}

/// The bar as letters: bin numbers, X for an overlap.
std::string plain_bar(const std::vector<BarCell>& cells) {
  std::string row;
  for (const BarCell& cell : cells) row += cell.overlap ? 'X' : cell.range ? bin_letter(*cell.range) : '.';
  return row;
}

/// @param numbered  writes its number into the first cell of each bin
std::string coloured_bar(const MemoryLayout& layout, const std::vector<BarCell>& cells,
                         const TextStyle& style, bool numbered) {
  std::string row;
  for (std::size_t i = 0; i < cells.size();) {
    const BarCell& cell = cells[i];
    std::size_t end = i + 1;
    while (end < cells.size() && cells[end].shows_same_as(cell)) ++end;
    std::string run(end - i, ' ');
    if (cell.overlap) {
      if (numbered) run.front() = 'X';
      row += painted(run, kWhite, kOverlapColour, style.colours);
    } else if (cell.range) {
      if (numbered) run.front() = bin_letter(*cell.range);
      row += painted(run, kBlack, layout.colour_of(*cell.range), style.colours);
    } else {
      std::string free;
      for (std::size_t k = i; k < end; ++k) free += style.unicode ? "░" : ".";
      row += painted(free, kFree, style.colours);
    }
    i = end;
  }
  return row;
}

std::string range_table(const MemoryLayout& layout) {
  using Align = Table::Align;
  const std::vector<NamedRegion> map = flash_map(*layout.layout);
  Table table({"bin", "from", "to", "bytes", "region", "file"},
              {Align::right, Align::left, Align::left, Align::right});
  for (std::size_t i = 0; i < layout.ranges.size(); ++i) {
    const PlacedRange& range = layout.ranges[i];
    const NamedRegion* const region = region_of(range, map);
    table.add({std::to_string(i + 1), hex32(range.address), hex32(range.end() - 1), grouped(range.size),
               region == nullptr ? "-" : std::string(region->name), range.label()});
  }
  return table.text();
}

}  // namespace

std::vector<BarCell> bar_cells(const MemoryLayout& layout, std::size_t columns) {
  std::vector<BarCell> cells(columns);
  for (std::size_t i = 0; i < columns; ++i) {
    const Window cell = window(*layout.layout, i, columns);
    std::uint64_t most = 0;
    for (std::size_t range = 0; range < layout.ranges.size(); ++range) {
      const std::uint64_t shared = cell.shared_with(layout.ranges[range].address, layout.ranges[range].end());
      if (shared <= most) continue;
      most = shared;
      cells[i].range = range;
    }
    cells[i].overlap = std::ranges::any_of(layout.overlaps, [&](const Overlap& overlap) {
      return cell.shared_with(overlap.address, overlap.address + overlap.size) > 0;
    });
  }
  return cells;
}

std::string to_text(const MemoryLayout& layout, const TextStyle& style) {
  const int columns = std::clamp(style.width - 2 * kMargin, kNarrowest, kWidest);
  const std::vector<BarCell> cells = bar_cells(layout, static_cast<std::size_t>(columns));
  const std::string margin(kMargin, ' ');
  const std::string first = hex32(flash::kFlashBase);
  const std::string last = hex32(std::uint64_t{flash::kFlashBase} + layout.layout->size - 1);
  const int gap = columns - static_cast<int>(first.size() + last.size());

  std::string text =
      fmt::format("Layout {}, {} KiB of flash\n\n", layout.layout->name, grouped(layout.layout->size / 1024));
  text += fmt::format("{}{}{:{}}{}\n", margin, first, "", gap, last);
  text += margin + map_row(layout, cells.size(), style.colours) + "\n";
  if (style.colours == ColourDepth::none) {
    text += margin + plain_bar(cells) + "\n";
  } else {
    text += margin + coloured_bar(layout, cells, style, true) + "\n";
    text += margin + coloured_bar(layout, cells, style, false) + "\n";
  }
  text += margin + "b: boot and system data, u: user data, X: overlap, one column is " +
          bytes_text(layout.layout->size / static_cast<unsigned>(columns)) + "\n\n";
  text += range_table(layout) + "\n";
  for (const LayoutProblem& problem : layout.problems)
    text += fmt::format("{}: {}\n", painted("Problem", kFault, style.colours), problem.message);
  if (layout.ok()) text += painted("No overlaps, and everything in its place.", kGood, style.colours) + "\n";
  return text;
}

}  // namespace otaru::host
