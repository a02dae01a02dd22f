// Spans of time as people write them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace otaru::host {

/// Reads a decimal number and its unit: `500ms`, `45s`, `2m`; a number alone is seconds, and a fraction is
/// allowed (`1.5s`). nullopt for anything else, and for more than a day.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

}  // namespace otaru::host
