#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include <otaru/host/seal_terms.hpp>
#include <otaru/image/seal.hpp>

namespace otaru::host {
namespace {

namespace chrono = std::chrono;

/// Takes a text apart from its front; once something was not there, nothing is.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : rest_(text) {}

  /// A number of exactly `digits` decimal digits.
  int number(std::size_t digits) noexcept {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') {
        good_ = false;
        return 0;
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  /// One of `letters`; the one that was there, or 0.
  char one_of(std::string_view letters) noexcept {
    if (rest_.empty() || letters.find(rest_.front()) == std::string_view::npos) {
      good_ = false;
      return 0;
    }
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    return letter;
  }

  bool starts_with(char letter) const noexcept { return rest_.starts_with(letter); }
  bool at_end() const noexcept { return rest_.empty(); }
  bool good() const noexcept { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

/// Seconds since 1970 of a time of day and its offset from UTC.
chrono::seconds read_time(Reader& reader) noexcept {
  const int hour = reader.number(2);
  reader.one_of(":");
  const int minute = reader.number(2);
  reader.one_of(":");
  const int second = reader.number(2);
  if (reader.starts_with('.')) {
    reader.one_of(".");
    do reader.number(1);
    while (reader.good() && !reader.at_end() && !reader.starts_with('Z') && !reader.starts_with('z') &&
           !reader.starts_with('+') && !reader.starts_with('-'));
  }
  chrono::seconds offset{0};
  const char zone = reader.one_of("Zz+-");
  if (zone == '+' || zone == '-') {
    const int hours = reader.number(2);
    reader.one_of(":");
    const int minutes = reader.number(2);
    if (hours > 23 || minutes > 59) reader.one_of("");  // no such zone
    offset = (zone == '+' ? 1 : -1) * (chrono::hours(hours) + chrono::minutes(minutes));
  }
  if (hour > 23 || minute > 59 || second > 59) reader.one_of("");  // no such time
  return chrono::hours(hour) + chrono::minutes(minute) + chrono::seconds(second) - offset;
}

}  // namespace

std::optional<std::array<std::uint16_t, 3>> parse_firmware_version(std::string_view text) noexcept {
  std::array<std::uint16_t, 3> version{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < version.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const char* const start = at;
    const auto [stop, error] = std::from_chars(at, end, version[i]);
    const bool leading_zero = stop - start > 1 && *start == '0';
    if (error != std::errc{} || leading_zero) return std::nullopt;
    at = stop;
  }
  if (at != end) return std::nullopt;
  return version;
}

std::string firmware_version_text(const std::array<std::uint16_t, 3>& version) {
  return fmt::format("{}.{}.{}", version[0], version[1], version[2]);
}

std::optional<std::uint64_t> parse_not_after(std::string_view text) noexcept {
  Reader reader(text);
  const chrono::year year(reader.number(4));
  reader.one_of("-");
  const chrono::month month(static_cast<unsigned>(reader.number(2)));
  reader.one_of("-");
  const chrono::day day(static_cast<unsigned>(reader.number(2)));
  const chrono::year_month_day date(year, month, day);
  if (!reader.good() || !date.ok()) return std::nullopt;
  chrono::seconds since = chrono::sys_days(date).time_since_epoch();
  if (reader.at_end()) {
    since += chrono::days(1) - chrono::seconds(1);
  } else {
    reader.one_of("Tt");
    since += read_time(reader);
  }
  if (!reader.good() || !reader.at_end() || since < chrono::years(1)) return std::nullopt;
  return static_cast<std::uint64_t>(since.count());
}

std::string time_text(std::uint64_t seconds) {
  constexpr std::uint64_t kYear10000 = 253'402'300'800;
  if (seconds >= kYear10000) return fmt::format("{} s after 1970", seconds);
  const chrono::seconds since(static_cast<std::int64_t>(seconds));
  const auto days = chrono::floor<chrono::days>(since);
  const chrono::year_month_day date{chrono::sys_days(days)};
  const chrono::hh_mm_ss time(since - days);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

bool is_board_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= image::kMaxBoardName &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '='; });
}

}  // namespace otaru::host
