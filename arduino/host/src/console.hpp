// The board's console: what the sketch and the board itself print. Any thread may call these.
#pragma once

#include <string_view>

namespace otaru::sketch {

/// Prints a line at once. What nobody can read is lost.
void say(std::string_view line);

/// Prints bytes of the sketch as they are, but for the line ends of a serial line, which become those of a
/// file.
void say_bytes(std::string_view bytes);

}  // namespace otaru::sketch
