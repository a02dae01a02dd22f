// The rate that a terminal is set to.
#pragma once

#include <cstdint>
#include <optional>

namespace otaru::os {

/// Baud rate of the terminal behind `descriptor`, also one that has no name; nothing if it is no terminal.
/// Of a pseudo-terminal: what the program at its other end has set.
std::optional<std::uint32_t> line_speed(int descriptor) noexcept;

}  // namespace otaru::os
