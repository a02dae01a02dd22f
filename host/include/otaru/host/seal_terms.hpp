// What a seal is to say, as people write it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace otaru::host {

/// Reads `1.4.0`: three decimal numbers up to 65535, without leading zeros. nullopt for anything else: a seal
/// has no room for pre-release words.
std::optional<std::array<std::uint16_t, 3>> parse_firmware_version(std::string_view text) noexcept;

std::string firmware_version_text(const std::array<std::uint16_t, 3>& version);

/// Reads `2027-12-31`, which is the last second of that day in UTC, or a time of RFC 3339
/// (`2027-12-31T12:00:00Z`, `2027-12-31T12:00:00.5+02:00`; fractions are dropped). Seconds since 1970 UTC;
/// nullopt for anything else, for days that do not exist, and for times before 1971.
std::optional<std::uint64_t> parse_not_after(std::string_view text) noexcept;

/// `2027-12-31T23:59:59Z`; years beyond 9999 as seconds since 1970.
std::string time_text(std::uint64_t seconds);

/// 1 to 32 printable ASCII letters without spaces and `=`: what fits a seal and a TXT record.
bool is_board_name(std::string_view text) noexcept;

}  // namespace otaru::host
