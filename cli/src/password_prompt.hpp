// Asks a person for a password.
#pragma once

#include <optional>
#include <string>

#include <otaru/host/password.hpp>

namespace otaru::cli {

/// True if a person sits at stdin, who can be asked.
bool can_ask_password() noexcept;

/// Asks on stderr and reads one line from the terminal, without showing it. Blocks until it is there.
/// @return nothing if nothing was entered, or the terminal is gone
/// @throws host::BadInput  what was entered is no password
std::optional<host::Password> ask_password(const std::string& board);

}  // namespace otaru::cli
