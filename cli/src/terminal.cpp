#include "terminal.hpp"

#include <clocale>
#include <cstdlib>
#include <string_view>

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace otaru::cli {
namespace {

constexpr int kUsualWidth = 80;

std::string_view variable(const char* name) noexcept {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

host::ColourDepth find_colours() noexcept {
  if (!variable("NO_COLOR").empty()) return host::ColourDepth::none;
  const std::string_view term = variable("TERM");
  if (term.empty() || term == "dumb") return host::ColourDepth::none;
  const std::string_view depth = variable("COLORTERM");
  if (depth == "truecolor" || depth == "24bit") return host::ColourDepth::truecolour;
  return host::ColourDepth::palette256;
}

bool is_utf8() noexcept {
  std::setlocale(LC_CTYPE, "");
  return std::string_view(nl_langinfo(CODESET)) == "UTF-8";
}

}  // namespace

Terminal::Terminal(std::FILE* stream)
    : descriptor_(fileno(stream)),
      interactive_(isatty(descriptor_) == 1),
      colours_(interactive_ ? find_colours() : host::ColourDepth::none),
      unicode_(interactive_ && is_utf8()) {}

int Terminal::width() const noexcept {
  winsize size{};
  if (interactive_ && ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsualWidth;
}

}  // namespace otaru::cli
