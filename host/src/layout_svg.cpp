#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include <otaru/host/layout_svg.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/svg_text.hpp>

namespace otaru::host {
namespace {

// All lengths are in the picture's units, of which it is kWidth wide.
constexpr double kWidth = 1200;
constexpr double kLeft = 40;
constexpr double kBarWidth = kWidth - 2 * kLeft;
constexpr double kCalloutTop = 76;
constexpr double kCalloutRow = 20;
constexpr double kMapTop = kCalloutTop + 4 * kCalloutRow + 8;
constexpr double kMapHeight = 46;
constexpr double kBarTop = kMapTop + kMapHeight + 34;
constexpr double kBarHeight = 64;
constexpr double kScaleTop = kBarTop + kBarHeight + 8;
constexpr double kLegendTop = kScaleTop + 62;
constexpr double kLegendRow = 26;
constexpr double kProblemRow = 20;
constexpr double kNarrowRegion = 70;  // narrower ones are named by a callout
constexpr double kThinnestRange = 2;  // so that a single byte can be seen
constexpr double kThinnestOverlap = 3;
constexpr std::size_t kProblemColumns = 140;

/// Puts the document together.
class Drawing {
 public:
  explicit Drawing(const MemoryLayout& layout) : layout_(layout), map_(flash_map(*layout.layout)) {}

  std::string draw() {
    callouts();
    flash_map_strip();
    bar();
    scale();
    const double end = problems(legend());
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
        "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"14\" role=\"img\">\n"
        "<title>{2}</title>\n"
        "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n"
        "<text x=\"{3}\" y=\"42\" font-size=\"22\" font-weight=\"bold\" "
        "fill=\"#1f2933\">{2}</text>\n{4}</svg>\n",
        kWidth, end + 24, svg_text(title()), kLeft, body_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(body_), format, std::forward<Args>(args)...);
    body_ += '\n';
  }

  std::string title() const {
    return fmt::format("Flash layout {}, {} MB", layout_.layout->name, layout_.layout->size >> 20);
  }

  /// Where an address stands; those outside the flash at its nearer end.
  double x(std::uint64_t address) const {
    const std::uint64_t base = flash::kFlashBase;
    const std::uint64_t offset = std::clamp(address, base, base + layout_.layout->size) - base;
    return kLeft + kBarWidth * static_cast<double>(offset) / layout_.layout->size;
  }
  double x_end(const flash::Region& region) const { return x(std::uint64_t{region.address()} + region.size); }
  bool narrow(const NamedRegion& entry) const {
    return x_end(entry.region) - x(entry.region.address()) < kNarrowRegion;
  }

  static std::string_view fill(RegionUse use) {
    switch (use) {
      case RegionUse::boot: return "#52606d";
      case RegionUse::system: return "#9aa5b1";
      case RegionUse::user: return "#d9c7a3";
      case RegionUse::slot: return "#e4e7eb";
    }
    return "#ffffff";
  }

  static std::string size_text(std::uint32_t size) { return fmt::format("{} KiB", grouped(size / 1024)); }

  /// Names narrow regions above the strip. Of neighbours the leftmost stands highest, so no line crosses a
  /// name.
  void callouts() {
    std::vector<const NamedRegion*> narrow_ones;
    for (const NamedRegion& entry : map_)
      if (narrow(entry)) narrow_ones.push_back(&entry);
    for (std::size_t i = 0; i < narrow_ones.size(); ++i) {
      std::size_t neighbours = 0;
      while (i + neighbours + 1 < narrow_ones.size() &&
             x(narrow_ones[i + neighbours + 1]->region.address()) - x(narrow_ones[i]->region.address()) <
                 150) {
        ++neighbours;
      }
      const flash::Region& region = narrow_ones[i]->region;
      const double middle = (x(region.address()) + x_end(region)) / 2;
      const double baseline = kMapTop - 12 - kCalloutRow * static_cast<double>(neighbours);
      add("<path d=\"M{0:.1f} {1:.1f}V{2:.1f}h6\" fill=\"none\" stroke=\"#7b8794\"/>", middle, kMapTop,
          baseline - 5);
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"13\" fill=\"#3e4c59\">{} <tspan fill=\"#7b8794\">{}, "
          "{}</tspan>"
          "</text>",
          middle + 10, baseline, narrow_ones[i]->name, hex32(region.address()), size_text(region.size));
    }
  }

  void flash_map_strip() {
    add("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#ffffff\" "
        "stroke=\"#9aa5b1\"/>",
        kLeft, kMapTop, kBarWidth, kMapHeight);
    for (const NamedRegion& entry : map_) {
      const double start = x(entry.region.address());
      const double end = x_end(entry.region);
      add("<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\" fill=\"{}\" stroke=\"#ffffff\" "
          "stroke-width=\"0.5\"><title>{}, {} to {}</title></rect>",
          start, kMapTop, end - start, kMapHeight, fill(entry.use), entry.name, hex32(entry.region.address()),
          hex32(std::uint64_t{entry.region.address()} + entry.region.size - 1));
      if (entry.use == RegionUse::slot) record_sector(entry, end);
      if (narrow(entry)) continue;
      const double middle = (start + end) / 2;
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-weight=\"bold\" "
          "fill=\"#1f2933\">{}</text>",
          middle, kMapTop + 20, entry.name);
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-size=\"12\" fill=\"#52606d\">{}, "
          "{}</text>",
          middle, kMapTop + 37, hex32(entry.region.address()), size_text(entry.region.size));
    }
  }

  void record_sector(const NamedRegion& entry, double end) {
    const double start = x(std::uint64_t{entry.region.address()} + entry.capacity);
    add("<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\" fill=\"#7b8794\"><title>trial "
        "record of "
        "slot {}</title></rect>",
        start, kMapTop, end - start, kMapHeight, entry.name);
  }

  void bar() {
    add("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"13\" fill=\"#52606d\">Memory Layout</text>", kLeft,
        kBarTop - 9);
    add("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#f5f7fa\" "
        "stroke=\"#9aa5b1\"/>",
        kLeft, kBarTop, kBarWidth, kBarHeight);
    for (std::size_t i = 0; i < layout_.ranges.size(); ++i) {
      const PlacedRange& range = layout_.ranges[i];
      if (!visible(range.address, range.end())) continue;
      const double start = x(range.address);
      const double width = std::max(x(range.end()) - start, kThinnestRange);
      add("<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\" fill=\"{}\" stroke=\"#1f2933\" "
          "stroke-opacity=\"0.35\" stroke-width=\"0.75\"><title>{}, {} to {}</title></rect>",
          start, kBarTop, width, kBarHeight, hex(layout_.colour_of(i)), svg_text(range.label()),
          hex32(range.address), hex32(range.end() - 1));
    }
    for (const Overlap& overlap : layout_.overlaps) {
      if (!visible(overlap.address, overlap.address + overlap.size)) continue;
      const double start = x(overlap.address);
      const double width = std::max(x(overlap.address + overlap.size) - start, kThinnestOverlap);
      add("<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\" fill=\"{}\"><title>overlap of "
          "{}"
          "</title></rect>",
          start, kBarTop, width, kBarHeight, hex(kOverlapColour), bytes_text(overlap.size));
    }
    for (std::size_t i = 0; i < layout_.ranges.size(); ++i) bin_number(i);
  }

  void bin_number(std::size_t index) {
    const PlacedRange& range = layout_.ranges[index];
    const double start = x(range.address);
    const double end = x(range.end());
    if (!visible(range.address, range.end()) || end - start < 14) return;
    add("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-weight=\"bold\" "
        "fill=\"#1f2933\">{}</text>",
        (start + end) / 2, kBarTop + kBarHeight / 2 + 5, index + 1);
  }

  bool visible(std::uint64_t start, std::uint64_t end) const {
    return start < std::uint64_t{flash::kFlashBase} + layout_.layout->size && end > flash::kFlashBase;
  }

  void scale() {
    constexpr unsigned kSteps = 8;
    for (unsigned i = 0; i <= kSteps; ++i) {
      const std::uint64_t address = flash::kFlashBase + std::uint64_t{layout_.layout->size} / kSteps * i;
      const double at = x(address);
      const std::string_view anchor = i == 0 ? "start" : i == kSteps ? "end" : "middle";
      add("<path d=\"M{:.1f} {:.1f}v8\" stroke=\"#7b8794\"/>", at, kScaleTop - 8);
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"12\" fill=\"#52606d\">{}</text>",
          at, kScaleTop + 14, anchor, hex32(address));
    }
  }

  /// A line for each range and for overlaps; gives the y below it.
  double legend() {
    double y = kLegendTop;
    const auto entry = [&](Colour colour, std::string_view number, const std::string& where,
                           const std::string& size, std::string_view region, const std::string& label) {
      add("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"26\" height=\"16\" fill=\"{}\" stroke=\"#1f2933\" "
          "stroke-opacity=\"0.35\"/>",
          kLeft, y - 13, hex(colour));
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" font-weight=\"bold\" fill=\"#1f2933\">{}</text>", kLeft + 36, y,
          number);
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#3e4c59\">{}</text>", kLeft + 62, y, where);
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\" fill=\"#3e4c59\">{}</text>", kLeft + 390, y,
          size);
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#3e4c59\">{}</text>", kLeft + 414, y, region);
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#1f2933\">{}</text>", kLeft + 520, y,
          svg_text(shortened(label, 80)));
      y += kLegendRow;
    };
    for (std::size_t i = 0; i < layout_.ranges.size(); ++i) {
      const PlacedRange& range = layout_.ranges[i];
      const NamedRegion* const region = region_of(range, map_);
      entry(layout_.colour_of(i), std::to_string(i + 1),
            fmt::format("{} to {}", hex32(range.address), hex32(range.end() - 1)), bytes_text(range.size),
            region == nullptr ? "-" : region->name, range.label());
    }
    for (const Overlap& overlap : layout_.overlaps) {
      entry(kOverlapColour, "X",
            fmt::format("{} to {}", hex32(overlap.address), hex32(overlap.address + overlap.size - 1)),
            bytes_text(overlap.size), "",
            fmt::format("overlap of {} and {}", overlap.first + 1, overlap.second + 1));
    }
    return y;
  }

  double problems(double y) {
    y += 6;
    if (layout_.ok()) {
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#1f7a3a\">No overlaps, and everything in its place.</text>",
          kLeft, y);
      return y;
    }
    for (const LayoutProblem& problem : layout_.problems) {
      for (const std::string& line : wrapped(problem.message, kProblemColumns)) {
        add("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#b91c1c\">{}</text>", kLeft, y, svg_text(line));
        y += kProblemRow;
      }
      y += 6;
    }
    return y - kProblemRow;
  }

  const MemoryLayout& layout_;
  std::vector<NamedRegion> map_;
  std::string body_;
};

}  // namespace

std::string to_svg(const MemoryLayout& layout) {
  return Drawing(layout).draw();
}

}  // namespace otaru::host
