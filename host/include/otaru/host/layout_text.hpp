// The Memory Layout bar on a terminal, and the same facts as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <otaru/host/colour.hpp>
#include <otaru/host/memory_layout.hpp>

namespace otaru::host {

/// What the place where text goes can show.
struct TextStyle {
  int width = 80;  ///< columns
  ColourDepth colours = ColourDepth::none;
  bool unicode = false;
};

/// What one column of the bar shows: nothing, an overlap, or the range of which it holds the most bytes.
struct BarCell {
  bool overlap = false;
  std::optional<std::size_t> range;

  bool shows_same_as(const BarCell& other) const noexcept {
    return overlap == other.overlap && (overlap || range == other.range);
  }
};

/// The whole flash in `columns` cells. A cell shows an overlap even if it holds only one byte of it.
std::vector<BarCell> bar_cells(const MemoryLayout& layout, std::size_t columns);

/// The bar with the flash map above it, a table of the ranges, and what is wrong.
std::string to_text(const MemoryLayout& layout, const TextStyle& style);

/// One object; its keys do not change: `layout`, `flash` (`address`, `size`), `regions` (each `name`,
/// `address`, `size`), `ranges` (each `file`, `image` or null, `kind`, `bin`, `colour`, `address`, `end` (the
/// first byte behind it), `size`, `region` or null), `overlaps` (each `ranges`, `address`, `size`),
/// `problems` (each `code`, `ranges`, `message`), `ok`. `ranges` of overlaps and problems are indices, from
/// 0, into `ranges`.
nlohmann::ordered_json to_json(const MemoryLayout& layout);

}  // namespace otaru::host
