// The program `otaru`: reads the command line, runs one subcommand, turns its end into an exit code.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/os/program.hpp>

#include "commands.hpp"
#include "context.hpp"

namespace {

using otaru::cli::Context;
using otaru::cli::ExitCode;

void print_error(const Context& context, const char* message) {
  fmt::print(stderr, "{} {}\n", otaru::host::painted("Error:", otaru::host::kFault, context.err.colours()),
             message);
}

ExitCode run(std::vector<std::string> words, Context& context) {
  CLI::App app{"Updates Realtek Ameba boards over the air, and never leaves a board dead.", "otaru"};
  app.set_version_flag("--version", "otaru " OTARU_VERSION);
  app.require_subcommand(1);
  app.allow_windows_style_options(false);  // options are written alike on all systems
  add_image_command(app, context);
  add_key_command(app, context);
  add_seal_command(app, context);
  add_push_command(app, context);
  add_discover_command(app, context);
  add_doctor_command(app, context);
  add_flash_command(app, context);
  add_monitor_command(app, context);
  add_ide_command(app, context);
  add_virtual_board_commands(app, context);

  try {
    words.erase(words.begin());  // the program's name
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    // CLI11 has exit codes of its own; the program promises 2 for every kind of bad usage.
    return app.exit(error) == 0 ? ExitCode::done : ExitCode::bad_input;
  }
  return context.run();
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words = otaru::os::start_program(argc, argv);
  Context context;
  ExitCode code = ExitCode::bad_input;
  try {
    code = run(std::move(words), context);
  } catch (const otaru::cli::Failure& failure) {
    code = failure.code();
    print_error(context, failure.what());
  } catch (const std::exception& error) {
    print_error(context, error.what());
  }
  return static_cast<int>(code);
}
