// A serial port of this machine: the seam that uploader and monitor speak over, the real ports, and their
// list.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace otaru::os {

/// A port that cannot be opened, or that failed in use.
class SerialPortError : public std::runtime_error {
 public:
  enum class Why : std::uint8_t {
    missing,   ///< there is no such port
    denied,    ///< this user may not open it
    busy,      ///< another program has it
    no_port,   ///< there is something of that name, but it is no serial port
    no_lines,  ///< it has no RTS and DTR (a pseudo-terminal)
    rate,      ///< it does not do this baud rate
    lost,      ///< it was there and is gone: the cable
    failed,    ///< any other fault of the system
  };

  SerialPortError(Why why, const std::string& message) : std::runtime_error(message), why_(why) {}
  Why why() const noexcept { return why_; }

 private:
  Why why_;
};

/// 8 data bits, no parity, 1 stop bit, no flow control. Not thread-safe. All calls throw SerialPortError with
/// `lost` once the port is gone.
class SerialPort {
 public:
  virtual ~SerialPort() = default;

  /// Waits until there are bytes, at most `limit` (0: takes only what is there already).
  /// @return how many were put into `into`; 0 when the time is over
  virtual std::size_t read(std::span<std::byte> into, std::chrono::milliseconds limit) = 0;

  /// Hands all of `bytes` to the system; blocks while its buffer is full. A port that takes nothing for 5 s
  /// has failed.
  virtual void write(std::span<const std::byte> bytes) = 0;

  /// Waits until all that was written has left the system's buffer. An adapter may still hold some of it.
  virtual void drain() = 0;

  /// Forgets what was received and not read yet.
  virtual void discard_input() = 0;

  /// Any rate, if the driver can do it; else throws with `rate`.
  virtual void set_baud(std::uint32_t baud) = 0;

  /// Asserts (true) or releases the modem lines. A port without them throws with `no_lines`.
  virtual void set_lines(bool dtr, bool rts) = 0;
};

/// Opens a port for this program alone. RTS and DTR are then released, where the system allows it.
/// @param path  `/dev/ttyUSB0`, `/dev/cu.usbserial-10`, `COM3`
std::unique_ptr<SerialPort> open_serial_port(const std::string& path, std::uint32_t baud);

/// A serial port that this machine has.
struct SerialPortEntry {
  std::string path;
  std::string description;  ///< of the adapter, as it names itself; may be empty
  bool may_open = false;
  std::string why_not;  ///< if it may not be opened: the reason, and what helps
};

/// The serial ports that a board may be on, by name. Opens none: what another program has counts as one that
/// may be opened.
std::vector<SerialPortEntry> list_serial_ports();

}  // namespace otaru::os
