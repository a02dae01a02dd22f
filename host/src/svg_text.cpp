#include <algorithm>
#include <cstdint>

#include <otaru/host/svg_text.hpp>

namespace otaru::host {
namespace {

/// Length of the UTF-8 sequence at the start of `text`; 0 if it is none (RFC 3629).
std::size_t sequence_length(std::string_view text) noexcept {
  const auto at = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 && lead <= 0xF4  ? 4
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((at(i) & 0xC0) != 0x80) return 0;
  const bool overlong = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  const bool surrogate = lead == 0xED && at(1) >= 0xA0;
  const bool too_high = lead == 0xF4 && at(1) >= 0x90;
  const bool no_character = lead == 0xEF && at(1) == 0xBF && at(2) >= 0xBE;  // U+FFFE and U+FFFF: not in XML
  return overlong || surrogate || too_high || no_character ? 0 : length;
}

}  // namespace

std::string svg_text(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const char c = text.front();
    if (length == 0 || static_cast<std::uint8_t>(c) < ' ' || c == '\x7F') {
      result += '?';
    } else if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\'') {
      result += "&#39;";
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  while (text.size() > columns) {
    const std::size_t space = text.rfind(' ', columns);
    const bool has_space = space != std::string_view::npos && space > 0;
    lines.emplace_back(text.substr(0, has_space ? space : columns));
    text.remove_prefix(has_space ? space + 1 : columns);
  }
  lines.emplace_back(text);
  return lines;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (text.size() <= columns) return std::string(text);
  text.remove_prefix(text.size() - (columns - 3));
  // Not in the middle of a letter.
  while (!text.empty() && (static_cast<std::uint8_t>(text.front()) & 0xC0) == 0x80) text.remove_prefix(1);
  return "..." + std::string(text);
}

}  // namespace otaru::host
