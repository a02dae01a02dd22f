// The virtual board's end of its serial line, while it is in download mode.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include <asio.hpp>

#include <otaru/board/console.hpp>
#include <otaru/board/download_mode.hpp>

namespace otaru::board {

/// Lets DownloadMode speak on a console's pseudo-terminal, in real time. Out of download mode it reads what
/// is sent to the board and drops it: the virtual sketch does not listen to its serial port.
class SerialLine {
 public:
  /// `console` must be a pseudo-terminal, and outlive this; so must `part`.
  SerialLine(asio::io_context& io, Console& console, NorModel& part);

  /// The ROM starts over in download mode, and answers while `io` runs.
  void start_download();
  void end_download();

 private:
  void listen();
  void wait();
  void send();

  Console& console_;
  DownloadMode mode_;
  asio::posix::stream_descriptor input_;
  asio::steady_timer timer_;
  std::array<std::byte, 2048> buffer_{};
  bool active_ = false;
};

}  // namespace otaru::board
