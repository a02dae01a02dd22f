// `otaru ide discovery|add|remove|list`.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <otaru/host/board_list.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/ide_discovery.hpp>
#include <otaru/host/table.hpp>
#include <otaru/os/folders.hpp>

#include "ide_commands.hpp"

namespace otaru::cli {
namespace {

struct Options {
  std::string list;
  std::string board;
  std::string name;
  std::vector<std::string> interfaces;
  bool json = false;
};

std::filesystem::path list_of(const Options& options) {
  if (!options.list.empty()) return options.list;
  const std::filesystem::path settings = os::settings_folder();
  if (settings.empty())
    throw host::BadInput("The system does not tell where settings are kept: name the list with --list FILE.");
  return settings / "otaru" / "boards.txt";
}

ExitCode discovery(const Options& options, const Context& context) {
  const host::IdeDiscoveryOptions watched{options.interfaces, list_of(options)};
  host::run_ide_discovery(
      std::cin, watched, [](const nlohmann::ordered_json& message) { print_json(message); },
      [&context](const std::string& message) { print_warning(context, message); });
  return ExitCode::done;
}

ExitCode add(const Options& options, const Context&) {
  const std::filesystem::path list = list_of(options);
  host::add_to_board_list(list, {options.board, options.name.empty() ? options.board : options.name});
  fmt::print("{} is in {}\n", options.board, list.string());
  return ExitCode::done;
}

ExitCode remove(const Options& options, const Context&) {
  const std::filesystem::path list = list_of(options);
  if (host::remove_from_board_list(list, options.board) == 0)
    throw Failure(ExitCode::no_board, fmt::format("'{}' is not in {}. `otaru ide list` shows what is.",
                                                  options.board, list.string()));
  fmt::print("{} is no longer in {}\n", options.board, list.string());
  return ExitCode::done;
}

ExitCode list(const Options& options, const Context&) {
  host::Table table({"Address", "Name"}, {});
  const std::vector<host::ListedBoard> boards = host::read_board_list(list_of(options));
  for (const host::ListedBoard& board : boards) {
    if (options.json) print_json({{"address", board.address}, {"name", board.name}});
    table.add({board.address, board.name});
  }
  if (!options.json && !boards.empty()) fmt::print("{}", table.text());
  if (!options.json && boards.empty())
    fmt::print("No board is in {}. Add one: otaru ide add ADDRESS --name NAME\n", list_of(options).string());
  return ExitCode::done;
}

using Work = ExitCode (*)(const Options&, const Context&);

struct Command {
  CLI::App* app;
  std::shared_ptr<Options> options;
};

Command add_command(CLI::App& ide, Context& context, const char* name, const char* text, Work work) {
  Command command{ide.add_subcommand(name, text), std::make_shared<Options>()};
  command.app
      ->add_option("--list", command.options->list,
                   "the list of boards, instead of otaru/boards.txt in this person's settings")
      ->type_name("FILE");
  command.app->callback([options = command.options, &context, work] {
    context.run = [options, &context, work] { return work(*options, context); };
  });
  return command;
}

}  // namespace

void add_ide_board_list_commands(CLI::App& ide, Context& context) {
  const Command find =
      add_command(ide, context, "discovery",
                  "tell IDE 2 or arduino-cli of boards (pluggable discovery on stdin and stdout)", discovery);
  find.app
      ->add_option("--interface", find.options->interfaces,
                   "use this network interface and no others (repeatable)")
      ->type_name("IF")
      ->allow_extra_args(false);
  const Command more =
      add_command(ide, context, "add", "show a board that multicast does not reach, by its address", add);
  more.app->add_option("ADDRESS", more.options->board, "192.0.2.7, board.example:8021")
      ->required()
      ->type_name("ADDRESS[:PORT]");
  more.app->add_option("--name", more.options->name, "what the port menu calls it")->type_name("NAME");
  const Command less = add_command(ide, context, "remove", "take such a board out again", remove);
  less.app->add_option("ADDRESS", less.options->board, "its address or its name")
      ->required()
      ->type_name("ADDRESS|NAME");
  const Command all = add_command(ide, context, "list", "show these boards", list);
  add_json_flag(*all.app, all.options->json);
}

}  // namespace otaru::cli
