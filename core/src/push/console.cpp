#include <algorithm>

#include <otaru/bytes.hpp>
#include <otaru/push/console.hpp>
#include <otaru/push/decimal.hpp>

namespace otaru::push {

ConsoleLine& ConsoleLine::add(std::string_view text) noexcept {
  const std::size_t taken = std::min(text.size(), text_.size() - 1 - size_);
  copy(std::as_bytes(std::span(text.data(), taken)), std::as_writable_bytes(std::span(text_).subspan(size_)));
  size_ += taken;
  return *this;
}

ConsoleLine& ConsoleLine::add_decimal(std::uint32_t value) noexcept {
  Digits digits;
  return add(decimal(value, digits));
}

ConsoleLine& ConsoleLine::add_hex(std::uint32_t value) noexcept {
  std::array<char, 8> digits{};
  for (std::size_t i = digits.size(); i-- > 0; value >>= 4) {
    const std::uint32_t digit = value & 0xF;
    digits[i] = static_cast<char>(digit < 10 ? '0' + digit : 'a' + digit - 10);
  }
  return add({digits.data(), digits.size()});
}

}  // namespace otaru::push
