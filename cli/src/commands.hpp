// Every subcommand of the program; each is defined in the file of its name.
#pragma once

#include "context.hpp"

namespace otaru::cli {

void add_image_command(CLI::App& app, Context& context);

}  // namespace otaru::cli
