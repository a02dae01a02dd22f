// Numbers as people write and read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace otaru::host {

/// Reads `0x` and hexadecimal digits, or decimal digits, and nothing else; nullopt if it is no such number or
/// passes 2^32 - 1.
std::optional<std::uint32_t> parse_number(std::string_view text) noexcept;

/// `0x` and at least 8 upper-case digits: addresses, sums and versions, in text and in JSON.
std::string hex32(std::uint64_t value);

/// `0x` and as few upper-case digits as will do: offsets within a file.
std::string hex_offset(std::uint64_t value);

/// Decimal with a comma between groups of three: 1,019,904.
std::string grouped(std::uint64_t value);

/// `1 byte`, `2 bytes`, `1,019,904 bytes`.
std::string bytes_text(std::uint64_t count);

}  // namespace otaru::host
