// `otaru discover`: the boards of the local network.
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <fmt/format.h>

#include <otaru/host/browser.hpp>
#include <otaru/host/clean_text.hpp>
#include <otaru/host/duration.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/table.hpp>

#include "commands.hpp"

namespace otaru::cli {
namespace {

using host::DiscoveredBoard;

struct Options {
  std::string time = "3s";
  bool watch = false;
  std::vector<std::string> interfaces;
  bool json = false;
};

std::string txt_entry(const DiscoveredBoard& board, const std::string& key) {
  const auto found = board.txt.find(key);
  return found == board.txt.end() ? std::string() : host::clean_text(found->second);
}

nlohmann::ordered_json json_of(const DiscoveredBoard& board) {
  return {{"name", board.name},   {"host", board.host},   {"address", board.address}, {"port", board.port},
          {"board", board.board}, {"otaru", board.otaru}, {"txt", board.txt},         {"label", board.label}};
}

std::string kind_of(const DiscoveredBoard& board) {
  const std::string kind = board.otaru ? "Otaru" : "stock";
  return board.wants_password() == true ? kind + ", wants a password" : kind;
}

// Stock boards advertise a port where nothing listens, so it is not shown.
std::string port_of(const DiscoveredBoard& board) {
  return board.otaru ? std::to_string(board.port) : "?";
}

void print_table(const std::vector<DiscoveredBoard>& boards) {
  using Align = host::Table::Align;
  host::Table table({"Name", "Address", "Port", "Board", "Version", "Slot", "Kind"},
                    {Align::left, Align::left, Align::right});
  bool stock = false;
  for (const DiscoveredBoard& board : boards) {
    stock |= !board.otaru;
    table.add({host::clean_text(board.name), board.address, port_of(board), host::clean_text(board.board),
               txt_entry(board, "ver"), txt_entry(board, "slot"), kind_of(board)});
  }
  fmt::print("{}", table.text());
  if (stock)
    fmt::print(
        stderr,
        "Stock boards do not say where they listen; `otaru push` tries ports 8020 and 8082, or --port.\n");
}

std::string nothing_found(std::chrono::milliseconds time) {
  return fmt::format(
      "No board answered within {} s. Check that\n"
      "  - the board is on, and in the same network (LAN) as this computer; its serial monitor shows its "
      "address,\n"
      "  - its sketch has started mDNS: the serial monitor shows \"Start mDNS service\",\n"
      "  - the access point lets multicast through between its clients (guest networks often do not),\n"
      "  - no firewall here blocks UDP port 5353.\n"
      "A board whose address is known can be pushed to without discovery: otaru push FILE --to ADDRESS",
      static_cast<double>(time.count()) / 1000);
}

host::BrowserEvents events_with_warning(const Context& context) {
  host::BrowserEvents events;
  events.warning = [&context](const std::string& message) { print_warning(context, message); };
  return events;
}

ExitCode list_boards(const Options& options, std::chrono::milliseconds time, const Context& context) {
  asio::io_context io;
  const host::Browser browser(io, options.interfaces, events_with_warning(context));
  io.run_for(time);
  const std::vector<DiscoveredBoard> boards = browser.boards();

  if (boards.empty()) throw Failure(ExitCode::no_board, nothing_found(time));
  if (!options.json) print_table(boards);
  for (const DiscoveredBoard& board : boards)
    if (options.json) print_json(json_of(board));
  return ExitCode::done;
}

void print_news(const Options& options, const char* event, const DiscoveredBoard& board) {
  if (options.json) {
    nlohmann::ordered_json line = {{"event", event}};
    line.update(json_of(board));
    print_json(line);
    return;
  }
  std::string text = fmt::format("{:<7}  {}, {}", event, board.label, kind_of(board));
  if (board.otaru) text += fmt::format(", port {}", board.port);
  if (!board.board.empty()) text += ", " + host::clean_text(board.board);
  for (const char* key : {"ver", "slot"})
    if (const std::string value = txt_entry(board, key); !value.empty())
      text += fmt::format(", {} {}", key, value);
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

ExitCode watch_boards(const Options& options, const Context& context) {
  asio::io_context io;
  asio::signal_set end(io, SIGINT, SIGTERM);
  end.async_wait([&io](const std::error_code&, int) { io.stop(); });
  host::BrowserEvents events = events_with_warning(context);
  events.found = [&](const DiscoveredBoard& board) { print_news(options, "found", board); };
  events.changed = [&](const DiscoveredBoard& board) { print_news(options, "changed", board); };
  events.gone = [&](const DiscoveredBoard& board) { print_news(options, "gone", board); };
  const host::Browser browser(io, options.interfaces, std::move(events));
  if (context.err.interactive()) fmt::print(stderr, "Watching for boards; Ctrl-C ends it.\n");
  io.run();
  return ExitCode::done;
}

ExitCode discover(const Options& options, const Context& context) {
  if (options.watch) return watch_boards(options, context);
  const auto time = host::parse_duration(options.time);
  if (!time || time->count() == 0)
    throw host::BadInput(
        fmt::format("--for {} is no time. Write a number and a unit: 500ms, 3s or 1m.", options.time));
  return list_boards(options, *time, context);
}

}  // namespace

void add_discover_command(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("discover", "find the boards of the local network");
  auto* time = command->add_option("--for", options->time, "how long to look: 500ms, 3s, 1m")
                   ->capture_default_str()
                   ->type_name("TIME");
  command->add_flag("--watch", options->watch, "tell what comes, changes and goes until interrupted")
      ->excludes(time);
  command
      ->add_option("--interface", options->interfaces,
                   "use this network interface and no others (repeatable)")
      ->type_name("IF")
      ->allow_extra_args(false);
  add_json_flag(*command, options->json);
  command->callback(
      [options, &context] { context.run = [options, &context] { return discover(*options, context); }; });
}

}  // namespace otaru::cli
