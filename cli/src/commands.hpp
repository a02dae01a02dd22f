// Every subcommand of the program; each is defined in the file of its name.
#pragma once

#include <CLI/CLI.hpp>

#include "context.hpp"

namespace otaru::cli {

void add_discover_command(CLI::App& app, Context& context);
void add_doctor_command(CLI::App& app, Context& context);
void add_flash_command(CLI::App& app, Context& context);
void add_ide_command(CLI::App& app, Context& context);
void add_image_command(CLI::App& app, Context& context);
void add_key_command(CLI::App& app, Context& context);
void add_monitor_command(CLI::App& app, Context& context);
void add_push_command(CLI::App& app, Context& context);
void add_seal_command(CLI::App& app, Context& context);

/// Those of the virtual board, where it runs (Linux); else none.
void add_virtual_board_commands(CLI::App& app, Context& context);
void add_board_command(CLI::App& app, Context& context);
void add_demo_command(CLI::App& app, Context& context);

/// Declares `--json` for `command`: one JSON object a line on stdout, and nothing else there.
inline void add_json_flag(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "one JSON object a line on stdout, messages for people on stderr");
}

}  // namespace otaru::cli
