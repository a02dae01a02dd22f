#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <otaru/host/clean_text.hpp>
#include <otaru/host/marker.hpp>
#include <otaru/host/numbers.hpp>

namespace otaru::host {
namespace {

constexpr std::string_view kStart = "\x7FOTARU-IMAGE/1\n";
constexpr std::size_t kLongest = 256;  // with its zero byte

/// Takes `key=value\n` off the front of `text`.
std::optional<std::string> take_line(std::string_view& text, std::string_view key) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(key) || text.substr(key.size(), 1) != "=")
    return std::nullopt;
  std::string value(text.substr(key.size() + 1, end - key.size() - 1));
  text.remove_prefix(end + 1);
  return value;
}

/// @param text  from the marker's first byte on
std::optional<Marker> read_marker(std::string_view text, std::uint32_t offset) {
  text = text.substr(0, kLongest);
  const std::size_t end = text.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  text = text.substr(kStart.size(), end - kStart.size());
  Marker marker;
  marker.offset = offset;
  const std::array<std::pair<std::string_view, std::string*>, 4> lines{{{"name", &marker.name},
                                                                        {"version", &marker.version},
                                                                        {"board", &marker.board},
                                                                        {"library", &marker.library}}};
  for (const auto& [key, value] : lines) {
    auto line = take_line(text, key);
    if (!line) return std::nullopt;
    *value = std::move(*line);
  }
  return text.empty() ? std::optional(std::move(marker)) : std::nullopt;
}

}  // namespace

std::optional<Marker> find_marker(Bytes image) {
  const std::string_view text(reinterpret_cast<const char*>(image.data()), image.size());
  for (std::size_t at = text.find(kStart); at != std::string_view::npos; at = text.find(kStart, at + 1))
    if (auto marker = read_marker(text.substr(at), static_cast<std::uint32_t>(at))) return marker;
  return std::nullopt;
}

nlohmann::ordered_json to_json(const std::optional<Marker>& marker) {
  if (!marker) return nullptr;
  return {{"offset", marker->offset},
          {"name", marker->name},
          {"version", marker->version},
          {"board", marker->board},
          {"library", marker->library}};
}

std::string to_text(const std::optional<Marker>& marker) {
  if (!marker) return "  no marker: does not have the Otaru library\n";
  return fmt::format("  marker at {}: {} {} for {}, Otaru library {}\n", hex_offset(marker->offset),
                     clean_text(marker->name), clean_text(marker->version), clean_text(marker->board),
                     clean_text(marker->library));
}

}  // namespace otaru::host
