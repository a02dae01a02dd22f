// `otaru ide install|status|uninstall`.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/ide_setup.hpp>
#include <otaru/os/folders.hpp>
#include <otaru/os/program.hpp>

#include "commands.hpp"
#include "ide_commands.hpp"

namespace otaru::cli {
namespace {

namespace fs = std::filesystem;

struct SetupOptions {
  std::vector<std::string> packages;
  std::string program;
  bool force = false;
  bool json = false;
};

std::vector<host::IdePackage> packages_of(const SetupOptions& options) {
  std::vector<fs::path> places(options.packages.begin(), options.packages.end());
  if (places.empty()) {
    places = os::arduino_folders();
    // arduino-cli's own variable for the same folder.
    if (const auto data = os::environment_variable("ARDUINO_DIRECTORIES_DATA"); data && !data->empty())
      places.emplace_back(*data);
  }
  std::vector<host::IdePackage> packages = host::find_ide_packages(places);
  if (packages.empty()) {
    std::string looked;
    for (const fs::path& place : places) looked += fmt::format("\n  {}", place.string());
    throw host::BadInput(fmt::format(
        "No AmebaD package was found. Install 'Realtek Ameba Boards' with the boards manager of the IDE, or "
        "name the folder that has packages/realtek with --packages. Looked at:{}",
        looked));
  }
  return packages;
}

fs::path program_of(const SetupOptions& options) {
  if (options.program.empty()) {
    fs::path program = os::running_program();
    if (!program.empty()) return program;
    throw host::BadInput("The system does not tell where this program is: name it with --program.");
  }
  std::error_code error;
  const fs::path program = fs::canonical(options.program, error);
  if (error || !fs::is_regular_file(program, error))
    throw host::BadInput(fmt::format("'{}' of --program is no file.", options.program));
  return program;
}

std::string words_of(host::IdeState state) {
  switch (state) {
    case host::IdeState::installed: return "installed";
    case host::IdeState::not_installed: return "not installed";
    case host::IdeState::out_of_date: return "out of date";
    case host::IdeState::damaged: return "damaged";
  }
  return "damaged";
}

void print(const host::IdeReport& report, const SetupOptions& options, bool with_changes,
           const Context& context) {
  if (options.json) {
    print_json(to_json(report));
  } else {
    fmt::print("AmebaD {}: {}\n  {}\n", report.version, words_of(report.state), report.folder.string());
    if (!report.program.empty()) fmt::print("  uploads with {}\n", report.program.string());
    for (const fs::path& file : report.changed) fmt::print("  changed {}\n", file.string());
    if (with_changes && report.changed.empty()) fmt::print("  nothing had to be changed\n");
  }
  if (!report.message.empty()) print_warning(context, report.message);
}

using Work = host::IdeReport (*)(const host::IdePackage&, const fs::path&, const SetupOptions&);

/// Every package gets its turn; the first complaint is the program's.
ExitCode for_all(const SetupOptions& options, const Context& context, bool with_changes, Work work) {
  const fs::path program = program_of(options);
  std::string complaint;
  bool damaged = false;
  bool changed = false;
  for (const host::IdePackage& package : packages_of(options)) {
    try {
      const host::IdeReport report = work(package, program, options);
      print(report, options, with_changes, context);
      damaged |= report.state == host::IdeState::damaged;
      changed |= !report.changed.empty();
    } catch (const host::BadInput& error) {
      if (!complaint.empty()) print_warning(context, complaint);
      complaint = error.what();
    }
  }
  if (changed && !options.json) fmt::print("An IDE that is open has to be restarted to see it.\n");
  if (!complaint.empty()) throw host::BadInput(complaint);
  return damaged ? ExitCode::bad_input : ExitCode::done;
}

CLI::App* add_setup_command(CLI::App& ide, Context& context, const char* name, const char* text, bool changes,
                            Work work) {
  CLI::App* const command = ide.add_subcommand(name, text);
  const auto options = std::make_shared<SetupOptions>();
  command
      ->add_option(
          "--packages", options->packages,
          "where to look for AmebaD packages, instead of the usual places: an Arduino15 folder, a portable "
          "IDE's folder, or a package's own (repeatable)")
      ->type_name("DIR")
      ->allow_extra_args(false);
  command
      ->add_option("--program", options->program, "the otaru that the IDE is to start, instead of this one")
      ->type_name("FILE");
  if (changes)
    command->add_flag("--force", options->force, "also where somebody has changed the lines of otaru");
  add_json_flag(*command, options->json);
  command->callback([options, &context, changes, work] {
    context.run = [options, &context, changes, work] { return for_all(*options, context, changes, work); };
  });
  return command;
}

}  // namespace

void add_ide_command(CLI::App& app, Context& context) {
  CLI::App* const ide = app.add_subcommand("ide", "have the Arduino IDE upload the sketch just compiled");
  ide->require_subcommand(1);
  add_setup_command(
      *ide, context, "install", "set up all installed AmebaD packages", true,
      [](const host::IdePackage& package, const fs::path& program, const SetupOptions& options) {
        return host::ide_install(package, program, options.force);
      });
  add_setup_command(*ide, context, "status", "tell how they are set up", false,
                    [](const host::IdePackage& package, const fs::path& program, const SetupOptions&) {
                      return host::ide_status(package, program);
                    });
  add_setup_command(
      *ide, context, "uninstall", "make all files of the packages as they were before", true,
      [](const host::IdePackage& package, const fs::path& program, const SetupOptions& options) {
        return host::ide_uninstall(package, program, options.force);
      });
  add_ide_board_list_commands(*ide, context);
  add_ide_build_commands(*ide, context);
}

}  // namespace otaru::cli
