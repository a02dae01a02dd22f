#include "progress_bar.hpp"

#include <algorithm>
#include <string_view>

#include <otaru/host/colour.hpp>
#include <otaru/host/push_pace.hpp>

namespace otaru::cli {
namespace {

constexpr int kWidestBar = 40;
constexpr int kNarrowestBar = 10;
constexpr host::Colour kSent{0x58, 0xA6, 0xFF};
constexpr host::Colour kLeft{0x6E, 0x76, 0x81};

std::string repeated(std::string_view cell, int times) {
  std::string cells;
  for (int i = 0; i < times; ++i) cells += cell;
  return cells;
}

std::string bar(const host::PushPace& pace, const Terminal& terminal, int cells) {
  const auto share = [cells](unsigned percent) { return static_cast<int>(percent) * cells / 100; };
  const int written = share(pace.written_percent);
  const int sent = std::max(share(pace.sent_percent), written);
  const bool blocks = terminal.unicode();
  return host::painted(repeated(blocks ? "█" : "#", written), host::kGood, terminal.colours()) +
         host::painted(repeated(blocks ? "▓" : "=", sent - written), kSent, terminal.colours()) +
         host::painted(repeated(blocks ? "░" : ".", cells - sent), kLeft, terminal.colours());
}

std::string line(const host::PushPace& pace, const std::string& figures, const Terminal& terminal,
                 int width) {
  const int room = width - static_cast<int>(figures.size()) - 4;
  if (room < kNarrowestBar) return figures.substr(0, static_cast<std::size_t>(std::max(width, 0)));
  return "[" + bar(pace, terminal, std::min(room, kWidestBar)) + "] " + figures;
}

}  // namespace

std::string progress_line(const host::PushProgress& progress, const Terminal& terminal, int width) {
  return line(host::pace_of(progress), host::progress_text(progress), terminal, width);
}

std::string bar_line(unsigned percent, const std::string& figures, const Terminal& terminal, int width) {
  host::PushPace pace;
  pace.sent_percent = pace.written_percent = percent;
  return line(pace, figures, terminal, width);
}

}  // namespace otaru::cli
