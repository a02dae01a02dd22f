#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <otaru/host/colour.hpp>

namespace otaru::host {
namespace {

// The levels of each axis of the colour cube, xterm's and everybody's since.
constexpr std::array<int, 6> kCubeLevels{0, 95, 135, 175, 215, 255};
constexpr int kFirstCubeColour = 16;
constexpr int kFirstGrey = 232;
constexpr int kGreys = 24;

int distance(Colour a, int red, int green, int blue) noexcept {
  const int r = a.red - red;
  const int g = a.green - green;
  const int b = a.blue - blue;
  return r * r + g * g + b * b;
}

std::size_t nearest_level(int value) noexcept {
  const auto nearer = [value](int a, int b) { return std::abs(a - value) < std::abs(b - value); };
  return static_cast<std::size_t>(std::min_element(kCubeLevels.begin(), kCubeLevels.end(), nearer) -
                                  kCubeLevels.begin());
}

std::string sequence(int ground, Colour colour, ColourDepth depth) {
  if (depth == ColourDepth::palette256)
    return fmt::format("\x1b[{};5;{}m", ground, nearest_in_palette(colour));
  return fmt::format("\x1b[{};2;{};{};{}m", ground, colour.red, colour.green, colour.blue);
}

constexpr int kLetters = 38;
constexpr int kBackground = 48;
constexpr std::string_view kReset = "\x1b[0m";

}  // namespace

std::string hex(Colour colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

std::uint8_t nearest_in_palette(Colour colour) noexcept {
  const std::size_t red = nearest_level(colour.red);
  const std::size_t green = nearest_level(colour.green);
  const std::size_t blue = nearest_level(colour.blue);
  const int in_cube = distance(colour, kCubeLevels[red], kCubeLevels[green], kCubeLevels[blue]);

  const int mean = (colour.red + colour.green + colour.blue) / 3;
  const int grey = std::clamp((mean - 8 + 5) / 10, 0, kGreys - 1);
  const int level = 8 + 10 * grey;
  if (distance(colour, level, level, level) < in_cube) return static_cast<std::uint8_t>(kFirstGrey + grey);
  return static_cast<std::uint8_t>(kFirstCubeColour + static_cast<int>(36 * red + 6 * green + blue));
}

std::string painted(std::string_view text, Colour letters, ColourDepth depth) {
  if (depth == ColourDepth::none || text.empty()) return std::string(text);
  return fmt::format("{}{}{}", sequence(kLetters, letters, depth), text, kReset);
}

std::string painted(std::string_view text, Colour letters, Colour background, ColourDepth depth) {
  if (depth == ColourDepth::none || text.empty()) return std::string(text);
  return fmt::format("{}{}{}{}", sequence(kLetters, letters, depth), sequence(kBackground, background, depth),
                     text, kReset);
}

}  // namespace otaru::host
