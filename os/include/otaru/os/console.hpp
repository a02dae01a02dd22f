// The terminal that a program was started in.
#pragma once

#include <cstdio>
#include <optional>
#include <span>
#include <string>

namespace otaru::os {

/// True if `stream` is a terminal that a person looks at.
bool is_terminal(std::FILE* stream) noexcept;

/// Columns of the terminal behind `stream` now; nothing if it is not one, or does not tell.
std::optional<int> terminal_width(std::FILE* stream) noexcept;

/// True if the terminal behind `stream` takes escape sequences (ECMA-48) for colours.
bool shows_colours(std::FILE* stream) noexcept;

/// True if text in UTF-8 is shown as such. Takes over the person's locale for characters (LC_CTYPE).
bool shows_utf8() noexcept;

/// Asks with `prompt` on stderr, reads one line from the terminal at stdin into `line`, in UTF-8 and without
/// its end, and does not show it. What is entered is hidden from before the prompt is seen, so that no key is
/// shown or lost. Blocks until it is there; a Ctrl-C meanwhile that does not end the program ends the line.
/// @return bytes of the line; 0 if nothing was entered, or the terminal is gone
std::size_t read_hidden_line(const std::string& prompt, std::span<char> line) noexcept;

}  // namespace otaru::os
