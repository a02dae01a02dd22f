// A sender without manners, for the demonstration of what a board refuses.
#pragma once

#include <cstdint>
#include <string>

#include <otaru/bytes.hpp>

namespace otaru::cli {

/// Sends an announcement and `file` to 127.0.0.1 at `port`, whatever the file holds. Blocks until the board
/// has closed, for 20 s at most.
///
/// @return the last line that the board said, without its newline
/// @throws Failure  no connection, or no verdict in time
std::string push_raw(Bytes file, std::uint16_t port);

}  // namespace otaru::cli
