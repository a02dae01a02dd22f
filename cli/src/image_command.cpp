// `otaru image pack|show|layout`.
#include "commands.hpp"

namespace otaru::cli {

void add_image_command(CLI::App& app, Context& context) {
  CLI::App* image = app.add_subcommand("image", "build, read and place image files");
  image->require_subcommand(1);
  (void)context;
}

}  // namespace otaru::cli
