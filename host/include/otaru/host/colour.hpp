// Colours of what is drawn: one table for the terminal and for SVG.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace otaru::host {

/// What a terminal can show; `none` also stands for a pipe, a file, and NO_COLOR.
enum class ColourDepth : std::uint8_t { none, palette256, truecolour };

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;

  constexpr bool operator==(const Colour&) const noexcept = default;
};

/// `#rrggbb`, for SVG.
std::string hex(Colour colour);

/// The number in the 256-colour palette (the 6 x 6 x 6 cube or the grey ramp) nearest to `colour`.
std::uint8_t nearest_in_palette(Colour colour) noexcept;

/// `text` between the escape sequences that paint its letters; `text` alone if `depth` is none.
std::string painted(std::string_view text, Colour letters, ColourDepth depth);

/// The same with a background as well.
std::string painted(std::string_view text, Colour letters, Colour background, ColourDepth depth);

inline constexpr Colour kGood{0x2E, 0xA0, 0x43};     ///< what is right
inline constexpr Colour kWarning{0xD2, 0x99, 0x22};  ///< what deserves a look
inline constexpr Colour kFault{0xE5, 0x48, 0x4D};    ///< what is wrong

}  // namespace otaru::host
