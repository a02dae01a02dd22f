#include "uart.hpp"

#include <array>

#include "machine.hpp"

namespace otaru::firmware {
namespace {

constexpr std::uintptr_t kData = kUart, kState = kUart + 4, kControl = kUart + 8, kDivider = kUart + 16;
constexpr std::uint32_t kSendFull = 1, kReceiveFull = 2;
constexpr std::uint32_t kSendOn = 1, kReceiveOn = 2;

}  // namespace

void start_uart() noexcept {
  device(kDivider) = 16;  // the fastest: 1.25 Mbit/s
  device(kControl) = kSendOn | kReceiveOn;
}

void print(std::string_view text) noexcept {
  for (const char letter : text) {
    while ((device(kState) & kSendFull) != 0) continue;
    device(kData) = static_cast<unsigned char>(letter);
  }
}

void print(std::uint32_t number) noexcept {
  std::array<char, 10> digits;
  std::size_t first = digits.size();
  do {
    digits[--first] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  print(std::string_view(digits.data() + first, digits.size() - first));
}

void print_hex(std::uint32_t number) noexcept {
  std::array<char, 10> text{'0', 'x'};
  for (std::size_t i = text.size(); i-- > 2; number >>= 4) text[i] = "0123456789abcdef"[number & 0xF];
  print(std::string_view(text.data(), text.size()));
}

std::optional<char> typed() noexcept {
  if ((device(kState) & kReceiveFull) == 0) return std::nullopt;
  return static_cast<char>(device(kData));
}

}  // namespace otaru::firmware
