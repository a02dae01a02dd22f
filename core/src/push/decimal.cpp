#include <cstddef>

#include <otaru/push/decimal.hpp>

namespace otaru::push {

std::string_view decimal(std::uint32_t value, Digits& digits) noexcept {
  std::size_t first = digits.size();
  do {
    digits[--first] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  return {digits.data() + first, digits.size() - first};
}

}  // namespace otaru::push
