// Who else has a serial port open.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace otaru::os {

/// The other programs that have the device `path` open, as `minicom (process 1234)`. Those of other users may
/// not be seen. Opens nothing; takes some milliseconds.
/// @return nothing where the system does not tell (macOS, Windows)
std::optional<std::vector<std::string>> port_holders(const std::string& path);

}  // namespace otaru::os
