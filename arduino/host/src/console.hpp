// The board's console: what the sketch and the board itself print. Any thread may call these.
#pragma once

#include <string_view>

namespace otaru::sketch {

/// Where the console is.
enum class ConsoleKind {
  standard,  ///< stdin and stdout
  pty,       ///< the same, which are a pseudo-terminal: lines end as on a serial line
};

/// Puts a pseudo-terminal in the place of stdin and stdout, also for the program after a reset. What nobody
/// reads is lost. Prints before what to open to see the console. @throws std::system_error  there is none to
/// be had
void move_console_to_pty();

/// To be called at each start. Sketches print by stdio, too.
void set_up_console(ConsoleKind kind) noexcept;

/// Prints a line at once.
void say(std::string_view line);

/// Prints bytes of the sketch as they are, but for the ends of lines on stdout, which become those of a file.
void say_bytes(std::string_view bytes);

}  // namespace otaru::sketch
