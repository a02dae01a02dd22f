#include <otaru/host/clean_text.hpp>

namespace otaru::host {

std::string clean_text(std::string_view text) {
  std::string clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
    const bool c1 = byte == 0xC2 && next >= 0x80 && next < 0xA0;  // U+0080 to U+009F in UTF-8
    clean.push_back(byte < 0x20 || byte == 0x7F || c1 ? '?' : text[i]);
    if (c1) ++i;
  }
  return clean;
}

}  // namespace otaru::host
