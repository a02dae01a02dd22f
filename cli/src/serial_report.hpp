// Tells a person or a script how a session on the serial port goes.
#pragma once

#include <string>

#include <otaru/host/serial_session.hpp>

#include "context.hpp"

namespace otaru::cli {

/// A bar on a terminal, lines in a pipe, events with --json.
class SerialReport final : public host::serial::SessionWatcher {
 public:
  SerialReport(const Context& context, bool json) : context_(context), json_(json) {}

  void say(const std::string& line) override;
  void progress(const std::string& doing, std::size_t done, std::size_t total) override;
  bool interrupted() override;

  /// The last event of --json: `status` is ok, or the kind of failure.
  void result(const std::string& status, const std::string& message,
              nlohmann::ordered_json more = nlohmann::ordered_json::object());
  void end_line();

 private:
  const Context& context_;
  bool json_;
  bool drawing_ = false;
  std::string doing_;
  unsigned told_percent_ = 0;
  host::serial::SerialTime::Milliseconds started_{0};
  host::serial::RealTime time_;
};

}  // namespace otaru::cli
