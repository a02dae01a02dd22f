// The terminal that a program was started in.
#pragma once

#include <cstdio>
#include <optional>

namespace otaru::os {

/// True if `stream` is a terminal that a person looks at.
bool is_terminal(std::FILE* stream) noexcept;

/// Columns of the terminal behind `stream` now; nothing if it is not one, or does not tell.
std::optional<int> terminal_width(std::FILE* stream) noexcept;

/// True if text in UTF-8 is shown as such. Takes over the person's locale for characters (LC_CTYPE).
bool shows_utf8() noexcept;

}  // namespace otaru::os
