// Numbers as text, for lines to senders and to the console.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace otaru::push {

/// Room for the longest number of 32 bits.
using Digits = std::array<char, 10>;

/// `value` in decimal without leading zeros, at the end of `digits`, which must outlive the text.
std::string_view decimal(std::uint32_t value, Digits& digits) noexcept;

}  // namespace otaru::push
