#include "terminal.hpp"

#include <cstdlib>
#include <string_view>

#include <otaru/os/console.hpp>

namespace otaru::cli {
namespace {

constexpr int kUsualWidth = 80;

std::string_view variable(const char* name) noexcept {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

host::ColourDepth find_colours(std::FILE* stream) noexcept {
  if (!variable("NO_COLOR").empty()) return host::ColourDepth::none;
  if (!os::shows_colours(stream)) return host::ColourDepth::none;
  const std::string_view depth = variable("COLORTERM");
  if (depth == "truecolor" || depth == "24bit") return host::ColourDepth::truecolour;
  return host::ColourDepth::palette256;
}

}  // namespace

Terminal::Terminal(std::FILE* stream)
    : stream_(stream),
      interactive_(os::is_terminal(stream)),
      colours_(interactive_ ? find_colours(stream) : host::ColourDepth::none),
      unicode_(interactive_ && os::shows_utf8()) {}

int Terminal::width() const noexcept {
  return os::terminal_width(stream_).value_or(kUsualWidth);
}

}  // namespace otaru::cli
