// What a program is given at its start.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace otaru::os {

/// To be called first in main: the words of the command line in UTF-8, the program's name among them. From
/// then on stdout and stderr pass bytes on as they are, and terminals show UTF-8 where they can.
std::vector<std::string> start_program(int argc, char** argv);

/// A variable of the environment in UTF-8; nothing if it is not set.
std::optional<std::string> environment_variable(const char* name);

}  // namespace otaru::os
