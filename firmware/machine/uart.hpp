// The console: the machine's first serial line (CMSDK APB UART).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace otaru::firmware {

/// Switches the line on; harmless if it is.
void start_uart() noexcept;

/// Waits while the line takes no byte; every byte takes 1.6 us of the modelled line.
void print(std::string_view text) noexcept;
/// In decimal.
void print(std::uint32_t number) noexcept;
/// As 0x and eight digits.
void print_hex(std::uint32_t number) noexcept;
/// All parts, then a line's end.
template <class... Parts>
void print_line(const Parts&... parts) noexcept {
  (print(parts), ...);
  print("\n");
}

/// A byte that was typed, if there is one.
std::optional<char> typed() noexcept;

}  // namespace otaru::firmware
