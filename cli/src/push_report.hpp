// Tells a person or a script how a push goes.
#pragma once

#include <string>

#include <otaru/host/push_client.hpp>

#include "context.hpp"

namespace otaru::cli {

/// A bar on a terminal, lines at each fifth in a pipe, events with --json. Output that nobody reads any more
/// does not end a push.
class PushReport : public host::PushWatcher {
 public:
  PushReport(const Context& context, bool json) : context_(context), json_(json) {}

  void file_ready(const host::PushFile& file);
  void connected(const host::BoardPlace& place, std::uint16_t port) override;
  void progress(const host::PushProgress& progress) override;
  void looking_again(std::chrono::milliseconds limit) override;
  void waiting(const host::PushOutcome& outcome, std::chrono::milliseconds limit) override;
  bool interrupted() override;

  /// The end of a push that was not lost or refused: main tells of those.
  void done(const host::PushOutcome& outcome);
  /// With --json, the last event; for every end of a push.
  void result(const host::PushOutcome& outcome);
  /// Leaves the line of the bar.
  void end_line();

 private:
  void say(const std::string& line);
  void draw(const host::PushProgress& progress);

  const Context& context_;
  bool json_;
  bool drawing_ = false;
  std::string told_connection_;
  unsigned told_sent_percent_ = 0;
  unsigned told_written_percent_ = 0;
  host::PushProgress last_{};
};

}  // namespace otaru::cli
