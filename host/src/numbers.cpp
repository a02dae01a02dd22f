#include <charconv>

#include <fmt/format.h>

#include <otaru/host/numbers.hpp>

namespace otaru::host {

std::optional<std::uint32_t> parse_number(std::string_view text) noexcept {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::string hex32(std::uint64_t value) {
  return fmt::format("0x{:08X}", value);
}

std::string hex_offset(std::uint64_t value) {
  return fmt::format("0x{:X}", value);
}

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string bytes_text(std::uint64_t count) {
  return grouped(count) + (count == 1 ? " byte" : " bytes");
}

}  // namespace otaru::host
