// `otaru monitor --port PORT`: the board's serial console.
#include <fstream>
#include <memory>
#include <string>

#include <fmt/format.h>

#include <otaru/host/duration.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/monitor.hpp>
#include <otaru/host/serial_ports.hpp>
#include <otaru/os/interrupts.hpp>

#include "commands.hpp"

namespace otaru::cli {
namespace {

struct Options {
  std::string port;
  std::uint32_t baud = 115'200;
  std::string log;
  std::string limit;
  bool no_timestamps = false;
  bool hex = false;
  bool no_reconnect = false;
};

ExitCode run_monitor(const Options& options) {
  if (options.port.empty())
    throw host::BadInput("Which port is the board on? Give it with --port.\n" +
                         host::serial_ports_text(host::serial_ports()));
  host::MonitorOptions values{.text = {.timestamps = !options.no_timestamps, .hex = options.hex},
                              .reconnect = !options.no_reconnect,
                              .limit = std::nullopt};
  if (!options.limit.empty()) {
    values.limit = host::parse_duration(options.limit);
    if (!values.limit)
      throw host::BadInput("'" + options.limit + "' is no time for --for. Write it as 30s or 5m.");
  }
  std::ofstream log;
  if (!options.log.empty()) {
    log.open(options.log, std::ios::app | std::ios::binary);
    if (!log) throw host::BadInput("'" + options.log + "' cannot be written.");
  }
  os::note_interrupts();
  bool listening = false;
  const host::MonitorHooks hooks{.open =
                                     [&] {
                                       auto port = os::open_serial_port(options.port, options.baud);
                                       if (!listening)
                                         fmt::print(stderr, "Listening on {}, {} baud. Ctrl-C ends it.\n",
                                                    options.port, options.baud);
                                       listening = true;
                                       return port;
                                     },
                                 .clock = host::time_of_day,
                                 .print =
                                     [&](const std::string& text) {
                                       fmt::print("{}", text);
                                       std::fflush(stdout);
                                       if (log.is_open()) log << text << std::flush;
                                     },
                                 .interrupted = os::interrupted};
  host::serial::RealTime time;
  try {
    host::monitor(values, hooks, time);
  } catch (const os::SerialPortError& error) {
    throw Failure(listening ? ExitCode::connection : ExitCode::no_board, error.what());
  }
  return ExitCode::done;
}

}  // namespace

void add_monitor_command(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("monitor", "show what a board sends on its serial port");
  auto options = std::make_shared<Options>();
  command->add_option("--port", options->port, "serial port of the board")->type_name("PORT");
  command->add_option("--baud", options->baud, "rate of the sketch's serial output")->capture_default_str();
  command->add_option("--log", options->log, "also write it to the end of this file")->type_name("FILE");
  command->add_option("--for", options->limit, "end after this time")->type_name("TIME");
  command->add_flag("--hex", options->hex, "show the bytes, 16 a row");
  command->add_flag("--no-timestamps", options->no_timestamps, "leave out the time before each line");
  command->add_flag("--no-reconnect", options->no_reconnect, "end when the port is gone");
  command->callback([options, &context] { context.run = [options] { return run_monitor(*options); }; });
}

}  // namespace otaru::cli
