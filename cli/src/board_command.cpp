// `otaru board run|show`: a virtual board on this machine.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <asio/error_code.hpp>
#include <asio/signal_set.hpp>
#include <fmt/format.h>

#include <otaru/board/download_mode.hpp>
#include <otaru/board/slot_report.hpp>
#include <otaru/board/virtual_board.hpp>
#include <otaru/host/duration.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/flash_map.hpp>
#include <otaru/host/image2_report.hpp>
#include <otaru/host/key_files.hpp>
#include <otaru/host/password.hpp>
#include <otaru/host/sha256.hpp>
#include <otaru/host/table.hpp>

#include "commands.hpp"
#include "sketch_run.hpp"

namespace otaru::cli {
namespace {

using nlohmann::ordered_json;

struct RunOptions {
  board::BoardOptions board;
  std::filesystem::path image;
  std::filesystem::path sketch;
  std::string layout{flash::kAmebaD2Mb.name};
  std::vector<std::string> keys;
  std::string confirm_after = "0s";
  std::string watchdog = "10s";
  std::string password_file;
  std::string wifi = "up";
  bool pty = false;
};

/// Reads the image 2 that goes into OTA1; a board must not be started on something that cannot boot.
std::vector<std::byte> read_image2(const std::filesystem::path& path) {
  std::vector<std::byte> content = host::read_file(path);
  host::Findings findings;
  host::inspect_image2(content, 0, findings);
  if (!findings.ok())
    throw host::BadInput(fmt::format("{} is not an image 2 that boots: {} `otaru image show` tells more.",
                                     path.string(), findings.problems.front().message));
  return content;
}

std::chrono::milliseconds duration(std::string_view option, const std::string& text) {
  if (const auto time = host::parse_duration(text)) return *time;
  throw host::BadInput(fmt::format("'{}' is no time for {}. Write it as 500ms, 3s or 2m.", text, option));
}

/// The options that were given, as words for the sketch's program; the sketch decides on the others.
ExitCode run_sketch(const CLI::App& run, const RunOptions& options) {
  for (const char* own : {"--key", "--password-file", "--clock", "--misbehave", "--download"})
    if (run.count(own) > 0)
      throw host::BadInput(fmt::format("{} is not for --sketch: a sketch decides that by itself", own));
  if (!options.image.empty()) read_image2(options.image);
  std::vector<std::string> words;
  for (const char* option : {"--flash", "--image", "--name", "--port", "--bind", "--interface", "--board",
                             "--layout", "--tries", "--boots", "--timing", "--console", "--wifi"})
    if (run.count(option) > 0)
      for (const std::string& value : run[option]->results()) words.insert(words.end(), {option, value});
  const auto add_time = [&](const char* option, const std::string& text) {
    if (run.count(option) == 0) return;
    words.insert(words.end(), {std::string(option) + "-ms", std::to_string(duration(option, text).count())});
  };
  add_time("--confirm-after", options.confirm_after);
  add_time("--watchdog", options.watchdog);
  become_sketch(options.sketch, words);
}

/// A virtual board has no buttons, but signals: SIGUSR1 is reset, SIGUSR2 reset with the download button
/// held.
void watch_buttons(asio::signal_set& buttons, board::VirtualBoard& board) {
  buttons.async_wait([&](asio::error_code error, int number) {
    if (error) return;
    board.press_reset(number == SIGUSR2);
    watch_buttons(buttons, board);
  });
}

ExitCode run_board(RunOptions& options, const Context& context) {
  options.board.layout = &host::layout_named(options.layout);
  for (const host::NamedKey& key : host::load_public_keys(options.keys))
    options.board.keys.push_back(key.key);
  options.board.confirm_after = duration("--confirm-after", options.confirm_after);
  options.board.watchdog = duration("--watchdog", options.watchdog);
  if (const auto password = host::find_password(options.password_file)) {
    options.board.password = password->secret;
    if (password->short_one)
      print_warning(context, fmt::format("the password has fewer than {} bytes. A board lets about 1,440 be "
                                         "tried a day: a long random one is out of reach.",
                                         host::kShortPassword));
  }
  if (!options.image.empty()) options.board.image = read_image2(options.image);
  try {
    board::Console console(options.pty ? board::Console::Kind::pty : board::Console::Kind::stdout_);
    board::VirtualBoard board(options.board, console);
    asio::signal_set signals(board.io(), SIGINT, SIGTERM);
    signals.async_wait([&](asio::error_code error, int) {
      if (!error) board.stop();
    });
    asio::signal_set buttons(board.io(), SIGUSR1, SIGUSR2);
    watch_buttons(buttons, board);
    // Only now: who knows the path may press a button.
    if (options.pty) fmt::print("Console on {}\n", console.path());
    std::fflush(stdout);
    switch (board.run()) {
      case board::VirtualBoard::End::stopped:
      case board::VirtualBoard::End::boots_done: return ExitCode::done;
      case board::VirtualBoard::End::boot_failed: break;
    }
    throw Failure(ExitCode::refused, "the board does not boot; `otaru board show` tells what its slots hold");
  } catch (const board::NorFileError& error) {
    throw Failure(ExitCode::bad_input, error.what());
  } catch (const board::BoardError& error) {
    throw Failure(ExitCode::bad_input, error.what());
  }
}

std::string_view boots(const board::FlashReport& report) {
  return report.selection.boots() ? name(*report.selection.slot) : "none";
}

ordered_json to_json(const board::SlotReport& slot) {
  ordered_json json{{"name", name(slot.id)},
                    {"address", fmt::format("0x{:08x}", slot.slot.address())},
                    {"signature", name(slot.signature)},
                    {"image", nullptr},
                    {"state", name(slot.state)},
                    {"tries", slot.tries}};
  if (slot.image)
    json["image"] = {{"length", slot.image->length},
                     {"sha256", host::hex(slot.image->sha256)},
                     {"version", slot.image->version}};
  return json;
}

void print_report(const board::FlashReport& report, const flash::Layout& layout) {
  using host::Table;
  Table table({"slot", "address", "signature", "state", "tries", "image", "version", "sha256"},
              {Table::Align::left, Table::Align::left, Table::Align::left, Table::Align::left,
               Table::Align::right, Table::Align::right, Table::Align::left, Table::Align::left});
  for (const board::SlotReport& slot : report.slots)
    table.add({std::string(name(slot.id)), fmt::format("0x{:08x}", slot.slot.address()),
               std::string(name(slot.signature)), std::string(name(slot.state)), std::to_string(slot.tries),
               slot.image ? fmt::format("{} bytes", slot.image->length) : "none",
               slot.image ? slot.image->version : "", slot.image ? host::hex(slot.image->sha256) : ""});
  fmt::print("layout {}\n{}", layout.name, table.text());
  if (report.selection.slot && !report.selection.km4_found)
    fmt::print("boots  none: {} has a signature but no KM4 part, and a stock boot loader hangs there\n",
               name(*report.selection.slot));
  else
    fmt::print("boots  {}\n", boots(report));
}

ExitCode show_board(const std::filesystem::path& path, const std::string& layout_name, bool json) {
  const flash::Layout& layout = host::layout_named(layout_name);
  const std::vector<std::byte> content = host::read_file(path);
  if (content.size() != layout.size)
    throw host::BadInput(
        fmt::format("{} has {} bytes, a flash of layout {} has {}. Give its layout with --layout.",
                    path.string(), content.size(), layout.name, layout.size));
  const board::FlashReport report = board::report_flash(content, layout);
  if (!json) {
    print_report(report, layout);
    return ExitCode::done;
  }
  ordered_json object{{"layout", layout.name}, {"boots", boots(report)}, {"slots", ordered_json::array()}};
  for (const board::SlotReport& slot : report.slots) object["slots"].push_back(to_json(slot));
  print_json(object);
  return ExitCode::done;
}

void add_layout_option(CLI::App& command, std::string& layout) {
  command.add_option("--layout", layout, "flash layout of the board")->capture_default_str();
}

/// What the board's firmware was built with, and how its image on trial behaves.
void add_trial_options(CLI::App& run, const std::shared_ptr<RunOptions>& options) {
  using board::Misbehaviour;
  board::BoardOptions& board = options->board;
  run.add_option("--key", options->keys,
                 "public key that it is built with; may be repeated. With keys it takes sealed images only")
      ->type_name("PUB")
      ->allow_extra_args(false);
  run.add_option("--password-file", options->password_file,
                 "file with the password that senders must know (or the variable OTARU_PASSWORD)")
      ->type_name("FILE");
  run.add_option_function<std::string>(
         "--clock", [options](const std::string& known) { options->board.clock = known == "on"; },
         "on: knows the time of day, so that seals expire")
      ->check(CLI::IsMember({"off", "on"}))
      ->default_str("on");
  run.add_option("--tries", board.tries, "starts that a new image has to get itself confirmed in")
      ->check(CLI::Range(1u, update::kMaxTries))
      ->capture_default_str();
  run.add_option("--confirm-after", options->confirm_after,
                 "confirm a new image when network and listener have been up for this long")
      ->capture_default_str();
  run.add_option("--watchdog", options->watchdog, "reset a new image that is not confirmed by then")
      ->capture_default_str();
  const std::map<std::string, Misbehaviour> kinds{{"never-confirms", Misbehaviour::never_confirms},
                                                  {"crashes", Misbehaviour::crashes},
                                                  {"hangs", Misbehaviour::hangs}};
  run.add_option_function<std::string>(
         "--misbehave",
         [options, kinds](const std::string& kind) { options->board.misbehaviour = kinds.at(kind); },
         "what an image on trial does wrong, so that its roll back can be watched")
      ->check(CLI::IsMember({"never-confirms", "crashes", "hangs"}));
}

void add_sketch_options(CLI::App& run, const std::shared_ptr<RunOptions>& options) {
  CLI::Option* sketch = run.add_option(
      "--sketch", options->sketch,
      "Arduino sketch (its folder) to compile and run as the board's program. The virtual board "
      "cannot execute ARM code: whatever image boots, this sketch runs");
  sketch->type_name("DIR");
  run.add_option("--wifi", options->wifi, "with --sketch: down has its WiFi.begin() fail")
      ->check(CLI::IsMember({"up", "down"}))
      ->default_str("up")
      ->needs(sketch);
}

void add_run(CLI::App& parent, Context& context) {
  CLI::App* run = parent.add_subcommand("run", "run a virtual board until interrupted");
  auto options = std::make_shared<RunOptions>();
  board::BoardOptions& board = options->board;
  run->add_option("--flash", board.flash, "file that keeps the flash; made if missing")->required();
  run->add_option("--image", options->image, "image 2 to put into OTA1 first, as a serial upload would");
  run->add_option("--name", board.name, "mDNS instance name")->capture_default_str();
  run->add_option("--port", board.port, "TCP port to listen on; 0 takes a free one")->capture_default_str();
  run->add_option("--bind", board.bind, "address to listen on (default: all)");
  run->add_option("--interface", board.interfaces,
                  "interface for mDNS; may be repeated (default: every usable one)")
      ->allow_extra_args(false);
  run->add_option("--board", board.board, "board type, as in the TXT record")->capture_default_str();
  add_layout_option(*run, options->layout);
  run->add_option_function<std::string>(
         "--timing",
         [options](const std::string& timing) { options->board.model_timing = timing == "model"; },
         "off: as fast as this machine; model: as slow as the board's flash and Wi-Fi")
      ->check(CLI::IsMember({"off", "model"}))
      ->default_str("off");
  run->add_option_function<std::string>(
         "--console", [options](const std::string& console) { options->pty = console == "pty"; },
         "where the serial console goes")
      ->check(CLI::IsMember({"stdout", "pty"}))
      ->default_str("stdout");
  run->add_flag("--download", board.download,
                "start in download mode, as if both buttons had been pressed (needs --console pty)");
  add_trial_options(*run, options);
  run->add_option("--boots", board.boots, "end when it has booted this often")->check(CLI::PositiveNumber);
  add_sketch_options(*run, options);
  run->callback([options, run, &context] {
    context.run = [options, run, &context] {
      return options->sketch.empty() ? run_board(*options, context) : run_sketch(*run, *options);
    };
  });
}

void add_show(CLI::App& parent, Context& context) {
  struct Options {
    std::filesystem::path flash;
    std::string layout{flash::kAmebaD2Mb.name};
    bool json = false;
  };
  CLI::App* show = parent.add_subcommand("show", "tell what a board's flash holds and which slot boots");
  auto options = std::make_shared<Options>();
  show->add_option("--flash", options->flash, "file that keeps the flash")->required();
  add_layout_option(*show, options->layout);
  add_json_flag(*show, options->json);
  show->callback([options, &context] {
    context.run = [options] { return show_board(options->flash, options->layout, options->json); };
  });
}

/// A file that stands in for the vendor's loader, which is not part of this project.
void add_loader(CLI::App& parent, Context& context) {
  CLI::App* loader = parent.add_subcommand("loader", "write the loader that virtual boards understand");
  auto output = std::make_shared<std::filesystem::path>();
  loader->add_option("-o,--output", *output, "file to write")->required()->type_name("FILE");
  loader->callback([output, &context] {
    context.run = [output] {
      host::write_file(*output, board::make_stand_in_loader());
      fmt::print("{}: for virtual boards only, a real one needs the vendor's loader\n", output->string());
      return ExitCode::done;
    };
  });
}

}  // namespace

void add_board_command(CLI::App& app, Context& context) {
  CLI::App* board = app.add_subcommand("board", "run a virtual board, look into its flash");
  board->require_subcommand(1);
  add_run(*board, context);
  add_show(*board, context);
  add_loader(*board, context);
}

}  // namespace otaru::cli
