// The commands below `otaru ide`; each is defined in the file of its name.
#pragma once

#include "commands.hpp"

namespace otaru::cli {

/// `discovery`, `add`, `remove`, `list`: boards for IDE 2 and arduino-cli.
void add_ide_board_list_commands(CLI::App& ide, Context& context);
/// `built`, `upload`: what the IDE starts.
void add_ide_build_commands(CLI::App& ide, Context& context);

}  // namespace otaru::cli
