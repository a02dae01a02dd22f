// Where the virtual board runs.
#include "commands.hpp"

namespace otaru::cli {

void add_virtual_board_commands(CLI::App& app, Context& context) {
  add_board_command(app, context);
  add_demo_command(app, context);
}

}  // namespace otaru::cli
