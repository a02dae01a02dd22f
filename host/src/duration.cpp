#include <charconv>
#include <cmath>

#include <otaru/host/duration.hpp>

namespace otaru::host {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  constexpr double kMillisecondsADay = 24.0 * 60 * 60 * 1000;
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  double milliseconds = 0;
  if (unit == "ms") {
    milliseconds = number;
  } else if (unit == "s" || unit.empty()) {
    milliseconds = number * 1000;
  } else if (unit == "m") {
    milliseconds = number * 60'000;
  } else {
    return std::nullopt;
  }
  if (!(milliseconds >= 0 && milliseconds <= kMillisecondsADay)) return std::nullopt;
  return std::chrono::milliseconds(std::llround(milliseconds));
}

}  // namespace otaru::host
