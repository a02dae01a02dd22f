// Where the virtual board does not run: Windows.
#include "commands.hpp"

namespace otaru::cli {

void add_virtual_board_commands(CLI::App&, Context&) {}

}  // namespace otaru::cli
