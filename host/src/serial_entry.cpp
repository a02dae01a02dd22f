#include <fmt/format.h>

#include <otaru/host/serial_entry.hpp>

namespace otaru::host::serial {
namespace {

using std::chrono::milliseconds;
using Why = os::SerialPortError::Why;

constexpr milliseconds kStep{500};
constexpr unsigned kAutomaticTries = 2;

struct Lines {
  bool dtr;
  bool rts;
};

/// The last step is held for as long as the board is listened to: the ROM's NAKs may end after a second.
bool try_lines(os::SerialPort& port, SerialTime& time, SerialLink& link) {
  constexpr Lines kNone{false, false};
  constexpr Lines kReset{false, true};
  constexpr Lines kDownload{true, false};
  for (const Lines lines : {kNone, kReset, kNone, kReset}) {
    port.set_lines(lines.dtr, lines.rts);
    time.pause(kStep);
  }
  port.discard_input();
  port.set_lines(kDownload.dtr, kDownload.rts);
  time.pause(kStep);
  port.set_lines(kNone.dtr, kNone.rts);
  return link.wait_for_board(kStep);
}

bool try_buttons(SerialLink& link, milliseconds extra, const Tell& tell) {
  tell(
      "Hold the board's download button (UART_DOWNLOAD, LOG or BURN), press and release its reset button "
      "(RST "
      "or EN), then let go.");
  for (auto left = kCountdown.count(); left > 0; --left) {
    tell(fmt::format("  {} ...", left));
    if (link.wait_for_board(std::chrono::seconds{1})) return true;
  }
  return link.wait_for_board(extra);
}

[[noreturn]] void no_board(bool by_lines, bool by_buttons, const std::string& heard) {
  std::string message = "No board answered in download mode: nothing was done.";
  if (!heard.empty())
    message +=
        " Something on this port sends, but not what a board in download mode does: it runs a program.";
  message += " Try this: ";
  if (by_lines && !by_buttons) message += "use --manual and press the buttons yourself; ";
  if (by_buttons) message += "keep the download button down until you have released reset; ";
  message +=
      "see that --port is the board's (`otaru flash` alone lists the ports); use a USB cable that carries "
      "data; "
      "close other serial monitors.";
  throw SerialFailure(SerialFailure::Kind::no_board, message);
}

}  // namespace

Entry enter_download_mode(os::SerialPort& port, SerialTime& time, SerialLink& link, Entry entry,
                          milliseconds extra, const Tell& tell) {
  bool by_lines = false;
  if (entry != Entry::manual) {
    try {
      for (unsigned i = 0; i < kAutomaticTries; ++i) {
        if (try_lines(port, time, link)) return Entry::automatic;
        by_lines = true;
      }
      if (entry == Entry::either) tell("The board does not answer to the automatic reset.");
    } catch (const os::SerialPortError& error) {
      if (error.why() != Why::no_lines) throw;
      if (entry == Entry::automatic)
        throw SerialFailure(SerialFailure::Kind::no_port,
                            fmt::format("{} Use --manual and press the board's buttons.", error.what()));
    }
  }
  if (entry == Entry::automatic) no_board(true, false, link.heard());
  if (try_buttons(link, extra, tell)) return Entry::manual;
  no_board(by_lines, true, link.heard());
}

void reset_board(os::SerialPort& port, SerialTime& time) {
  for (const bool rts : {false, true}) {
    port.set_lines(false, rts);
    time.pause(kStep);
  }
  port.set_lines(false, false);
}

}  // namespace otaru::host::serial
