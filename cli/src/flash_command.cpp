// `otaru flash`, `otaru flash read`, `otaru flash verify`: over the serial port.
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <otaru/host/duration.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/flash_map.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/serial_files.hpp>
#include <otaru/host/serial_loader.hpp>
#include <otaru/host/serial_ports.hpp>
#include <otaru/host/serial_session.hpp>
#include <otaru/os/folders.hpp>
#include <otaru/os/interrupts.hpp>

#include "commands.hpp"
#include "serial_report.hpp"

namespace otaru::cli {
namespace {

namespace serial = host::serial;
using serial::SerialFailure;

/// What all three have in common.
struct SerialOptions {
  std::string port;
  std::uint32_t baud = 1'500'000;
  bool automatic = false;
  bool manual = false;
  std::string wait = "3s";
  std::filesystem::path loader;
  std::string layout{flash::kAmebaD2Mb.name};
  bool json = false;
};

struct FlashOptions {
  SerialOptions line;
  std::vector<std::string> files;
  std::string sketch;
  std::string erase = "none";
  bool keep_ota2 = false;
  bool force = false;
};

struct ReadOptions {
  SerialOptions line;
  std::filesystem::path output;
  std::string from = "0x08000000";
  std::optional<std::uint32_t> size;
};

std::string ports_text() {
  return host::serial_ports_text(host::serial_ports());
}

ExitCode code_of(SerialFailure::Kind kind) {
  switch (kind) {
    case SerialFailure::Kind::no_port:
    case SerialFailure::Kind::no_board: return ExitCode::no_board;
    case SerialFailure::Kind::refused: return ExitCode::refused;
    case SerialFailure::Kind::broken:
    case SerialFailure::Kind::interrupted: break;
  }
  return ExitCode::connection;
}

serial::SessionOptions session_options(const SerialOptions& options) {
  if (!serial::baud_index(options.baud))
    throw host::BadInput(
        fmt::format("Boards do not do {} baud. Choose one of: {}.", options.baud, serial::known_bauds()));
  serial::SessionOptions session;
  session.baud = options.baud;
  if (options.automatic) session.entry = serial::Entry::automatic;
  if (options.manual) session.entry = serial::Entry::manual;
  const auto wait = host::parse_duration(options.wait);
  if (!wait)
    throw host::BadInput("'" + options.wait + "' is no time for --wait. Write it as 3s, 500ms or 1m.");
  session.wait = *wait;
  session.loader = serial::load_loader(options.loader, os::arduino_folders());
  return session;
}

/// Opens the port and does `work` in a session; every kind of failure becomes an exit code.
template <typename Work>
void with_session(const SerialOptions& options, SerialReport& report, Work work) {
  if (options.port.empty())
    throw host::BadInput("Which port is the board on? Give it with --port.\n" + ports_text());
  const serial::SessionOptions session_values = session_options(options);
  os::note_interrupts();
  try {
    const auto port = os::open_serial_port(options.port, serial::kFirstBaud);
    serial::RealTime time;
    serial::SerialSession session(*port, time, session_values, report);
    work(session);
  } catch (const SerialFailure& failure) {
    report.result(name(failure.kind()), failure.what());
    throw Failure(code_of(failure.kind()), failure.what());
  } catch (const os::SerialPortError& error) {
    report.result("no_port", error.what());
    std::string message = error.what();
    if (error.why() == os::SerialPortError::Why::missing) message += " " + ports_text();
    throw Failure(ExitCode::no_board, message);
  }
}

std::vector<std::string> files_of(const FlashOptions& options) {
  std::vector<std::string> files = options.files;
  if (!options.sketch.empty()) files.push_back(options.sketch);
  if (files.empty())
    throw host::BadInput("Which files? Give them, or an image 2 with --sketch.\n" + ports_text());
  return files;
}

ExitCode upload(const FlashOptions& options, const Context& context) {
  using serial::EraseFirst;
  SerialReport report(context, options.line.json);
  const flash::Layout& layout = host::layout_named(options.line.layout);
  const auto pieces = serial::load_pieces(files_of(options), layout, options.force);
  const EraseFirst erase = options.erase == "all"     ? EraseFirst::all
                           : options.erase == "slots" ? EraseFirst::slots
                                                      : EraseFirst::none;
  const serial::UploadPlan plan =
      serial::plan_upload(pieces, {.layout = &layout, .erase = erase, .keep_ota2 = options.keep_ota2});
  with_session(options.line, report, [&](serial::SerialSession& session) { session.upload(plan); });
  if (options.keep_ota2)
    print_warning(context,
                  "OTA2 was left as it is: if it holds a program, the board boots that and not OTA1.");
  const std::string message =
      fmt::format("Uploaded {} to {}.", host::bytes_text(plan.bytes), options.line.port);
  report.result("ok", message);
  if (!options.line.json) fmt::print("{}\n", message);
  return ExitCode::done;
}

std::uint32_t offset_of(const std::string& from, const flash::Layout& layout) {
  const auto address = host::parse_number(from);
  if (address && *address >= flash::kFlashBase && *address - flash::kFlashBase < layout.size)
    return *address - flash::kFlashBase;
  throw host::BadInput(fmt::format("'{}' is no address in flash. Write it as 0x08006000.", from));
}

ExitCode read(const ReadOptions& options, const Context& context) {
  SerialReport report(context, options.line.json);
  const flash::Layout& layout = host::layout_named(options.line.layout);
  const std::uint32_t offset = offset_of(options.from, layout);
  const std::uint32_t size = options.size.value_or(layout.size - offset);
  if (size == 0 || size > layout.size - offset)
    throw host::BadInput(fmt::format("The flash has {} from {} on: give a smaller --size.",
                                     host::bytes_text(layout.size - offset), options.from));
  const std::uint32_t start = align_down(offset, flash::kSectorSize);
  const std::uint32_t end = align_up(offset + size, flash::kSectorSize);
  with_session(options.line, report, [&](serial::SerialSession& session) {
    const std::vector<std::byte> content = session.read(start, end - start);
    host::write_file(options.output, Bytes(content).subspan(offset - start, size), host::Access::owner);
  });
  const std::string message =
      fmt::format("{}: {} from {} on.", options.output.string(), host::bytes_text(size), options.from);
  report.result("ok", message);
  if (!options.line.json) fmt::print("{}\n", message);
  return ExitCode::done;
}

ExitCode verify(const FlashOptions& options, const Context& context) {
  SerialReport report(context, options.line.json);
  const flash::Layout& layout = host::layout_named(options.line.layout);
  const auto pieces = serial::load_pieces(files_of(options), layout, true);
  serial::Comparison found;
  with_session(options.line, report,
               [&](serial::SerialSession& session) { found = session.verify(pieces, layout); });
  if (found.older_ota2)
    print_warning(
        context,
        "OTA2 holds a program too, and the board boots that: what is in OTA1 does not start. `otaru "
        "flash` ends it.");
  if (found.differences.empty()) {
    const std::string message = "The board holds exactly these files.";
    report.result("ok", message, {{"older_ota2", found.older_ota2}});
    if (!options.line.json) fmt::print("{}\n", message);
    return ExitCode::done;
  }
  std::string message;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const serial::Difference& difference : found.differences) {
    const std::string address = host::hex32(flash::kFlashBase + difference.first);
    message += fmt::format("{}{} differs in {}, first at {}.", message.empty() ? "" : " ", difference.what,
                           host::bytes_text(difference.count), address);
    list.push_back({{"file", difference.what}, {"first", address}, {"bytes", difference.count}});
  }
  report.result("different", message, {{"older_ota2", found.older_ota2}, {"differences", list}});
  throw Failure(ExitCode::refused, message);
}

void add_line_options(CLI::App& command, SerialOptions& options) {
  command.add_option("--port", options.port, "serial port of the board")->type_name("PORT");
  command.add_option("--baud", options.baud, "rate for data; a lower one if it fails")->capture_default_str();
  CLI::Option* automatic =
      command.add_flag("--auto", options.automatic, "reset the board by RTS and DTR only");
  command.add_flag("--manual", options.manual, "a person presses the buttons")->excludes(automatic);
  command.add_option("--wait", options.wait, "how long to listen for the board after the countdown")
      ->capture_default_str()
      ->type_name("TIME");
  command
      .add_option("--loader", options.loader, "the vendor's loader (default: that of the Arduino package)")
      ->type_name("FILE");
  command.add_option("--layout", options.layout, "flash layout of the board")->capture_default_str();
  add_json_flag(command, options.json);
}

void add_files(CLI::App& command, FlashOptions& options) {
  command.add_option("FILES", options.files, "boot images, an image 2, an OTA file; or FILE@ADDRESS")
      ->type_name("FILE");
  command.add_option("--sketch", options.sketch, "an image 2, for OTA1")->type_name("IMAGE2");
}

}  // namespace

void add_flash_command(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("flash", "upload to a board over its serial port");
  auto options = std::make_shared<FlashOptions>();
  add_files(*command, *options);
  add_line_options(*command, options->line);
  command->add_option("--erase", options->erase, "what to erase beyond what is written, before the upload")
      ->check(CLI::IsMember({"none", "slots", "all"}))
      ->capture_default_str();
  command->add_flag("--keep-ota2", options->keep_ota2, "leave an older program in OTA2, which then boots");
  command->add_flag("--force", options->force, "upload files that would not boot");
  command->require_subcommand(0, 1);
  command->fallthrough(false);

  CLI::App* reading = command->add_subcommand("read", "read a range of the board's flash into a file");
  auto range = std::make_shared<ReadOptions>();
  reading->add_option("-o,--output", range->output, "file to write")->required()->type_name("FILE");
  reading->add_option("--from", range->from, "first address")->capture_default_str()->type_name("ADDRESS");
  reading->add_option("--size", range->size, "bytes (default: up to the end)")->type_name("BYTES");
  add_line_options(*reading, range->line);

  CLI::App* checking = command->add_subcommand("verify", "compare the board's flash with files");
  auto check = std::make_shared<FlashOptions>();
  add_files(*checking, *check);
  add_line_options(*checking, check->line);

  command->callback([=, &context] {
    if (reading->parsed() || checking->parsed()) return;
    context.run = [options, &context] { return upload(*options, context); };
  });
  reading->callback([range, &context] { context.run = [range, &context] { return read(*range, context); }; });
  checking->callback(
      [check, &context] { context.run = [check, &context] { return verify(*check, context); }; });
}

}  // namespace otaru::cli
