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

/// Why the words are no command line. CLI11 says of an unknown command only that one is missing.
std::string fault_of(const CLI::App& app, const CLI::ParseError& error) {
  const std::string advice = "\nRun with --help for more information.";
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  const std::vector<std::string> unknown = command->remaining();
  const std::vector<const CLI::App*> known =
      command->get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
  if (dynamic_cast<const CLI::RequiredError*>(&error) == nullptr || known.empty())
    return error.what() + advice;
  std::string names;
  for (const CLI::App* one : known) names += (names.empty() ? "" : ", ") + one->get_name();
  std::string fault = fmt::format("A command of {} is missing", command->get_name());
  if (!unknown.empty())
    fault = fmt::format("'{}' is no {} of {}", unknown.front(),
                        unknown.front().starts_with('-') ? "option" : "command", command->get_name());
  return fmt::format("{}. The commands are: {}.{}", fault, names, advice);
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
    if (error.get_exit_code() == 0) return app.exit(error) == 0 ? ExitCode::done : ExitCode::bad_input;
    throw otaru::cli::Failure(ExitCode::bad_input, fault_of(app, error));
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
