// The running program, and another one in its place.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace otaru::os {

/// The file of the running program. @throws std::system_error  the system does not tell
std::filesystem::path own_program();

/// Runs another program instead of this one, with the same standard streams and, where the system can, under
/// the same number. Nothing of this program is tidied up. @throws std::system_error  it cannot be run
[[noreturn]] void become(const std::filesystem::path& program, const std::vector<std::string>& arguments);

}  // namespace otaru::os
