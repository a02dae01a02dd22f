// Brings a board into download mode, and out of it: by the modem lines, or by a person's fingers.
#pragma once

#include <functional>
#include <string>

#include <otaru/host/serial_link.hpp>

namespace otaru::host::serial {

enum class Entry : std::uint8_t {
  automatic,  ///< RTS pulls EN low, DTR pulls PA7 low, through the usual two transistors
  manual,     ///< a person presses the buttons
  either,     ///< the first, and if no board answers to it, or the port has no lines, the second
};

/// What the user is told meanwhile.
using Tell = std::function<void(const std::string&)>;

inline constexpr std::chrono::seconds kCountdown{5};

/// Returns when a board in download mode has been heard, which way it came there.
/// @param extra  time to listen after the countdown
/// @return automatic or manual
/// @throws SerialFailure  no_board, with what to try; SerialPortError `no_lines` if only `automatic` was
/// asked for and the port cannot
Entry enter_download_mode(os::SerialPort& port, SerialTime& time, SerialLink& link, Entry entry,
                          SerialTime::Milliseconds extra, const Tell& tell);

/// Resets the board by RTS, so that it starts what is in its flash.
void reset_board(os::SerialPort& port, SerialTime& time);

}  // namespace otaru::host::serial
