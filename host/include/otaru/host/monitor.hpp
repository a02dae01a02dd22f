// Listens to a board's serial console, for as long as a person wants.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <otaru/host/monitor_text.hpp>
#include <otaru/host/serial_time.hpp>
#include <otaru/os/serial_port.hpp>

namespace otaru::host {

struct MonitorOptions {
  MonitorText::Options text;
  bool reconnect = true;  ///< wait for the port when it is gone, instead of ending
  std::optional<serial::SerialTime::Milliseconds> limit;  ///< end after this time
};

/// What the monitor needs from its surroundings.
struct MonitorHooks {
  std::function<std::unique_ptr<os::SerialPort>()> open;  ///< throws SerialPortError
  std::function<std::string()> clock;                     ///< the time of day, for a line
  std::function<void(const std::string&)> print;          ///< what the board sent, and notes about the port
  std::function<bool()> interrupted;
};

/// Returns when interrupted or when the limit is over.
/// @throws SerialPortError  if the port cannot be opened at the start, or is gone and `reconnect` is false
void monitor(const MonitorOptions& options, const MonitorHooks& hooks, serial::SerialTime& time);

/// `12:34:56.789`, of this machine's time zone.
std::string time_of_day();

}  // namespace otaru::host
