#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <otaru/host/push_pace.hpp>

namespace otaru::host {
namespace {

/// Rounded to the nearest, but 100 only when all is done.
unsigned percent(std::uint64_t part, std::uint64_t whole) noexcept {
  if (whole == 0 || part >= whole) return whole == 0 ? 0 : 100;
  return std::min(99u, static_cast<unsigned>((part * 100 + whole / 2) / whole));
}

}  // namespace

PushPace pace_of(const PushProgress& progress) noexcept {
  PushPace pace;
  pace.sent_percent = percent(progress.sent, progress.total);
  pace.written_percent = percent(progress.written, progress.total);
  const std::uint64_t done = progress.board_reports ? progress.written : progress.sent;
  if (done == 0 || progress.seconds <= 0) return pace;
  pace.bytes_per_second = static_cast<double>(done) / progress.seconds;
  pace.seconds_left = static_cast<double>(progress.total - done) / pace.bytes_per_second;
  return pace;
}

std::string rate_text(double bytes_per_second) {
  if (bytes_per_second < 1e3) return fmt::format("{:.0f} B/s", bytes_per_second);
  if (bytes_per_second < 1e6) return fmt::format("{:.0f} KB/s", bytes_per_second / 1e3);
  return fmt::format("{:.1f} MB/s", bytes_per_second / 1e6);
}

std::string time_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

std::string progress_text(const PushProgress& progress) {
  const PushPace pace = pace_of(progress);
  std::string text = fmt::format("sent {} %", pace.sent_percent);
  if (progress.board_reports) text += fmt::format(", in flash {} %", pace.written_percent);
  if (pace.seconds_left) {
    text += ", " + rate_text(pace.bytes_per_second);
    if (*pace.seconds_left > 0) text += fmt::format(", {} left", time_text(*pace.seconds_left));
  }
  return text;
}

}  // namespace otaru::host
