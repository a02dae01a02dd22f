// Talks to a board in download mode: one call for each command of docs/SPEC-serial.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <otaru/bytes.hpp>
#include <otaru/host/serial_failure.hpp>
#include <otaru/host/serial_time.hpp>
#include <otaru/host/serial_wire.hpp>
#include <otaru/os/serial_port.hpp>

namespace otaru::host::serial {

/// Every call blocks until the board has answered or its time limit is over, and tries again where that can
/// do no harm. All throw SerialFailure: `broken` if the board stops answering, `refused` if it says no,
/// `interrupted` if `interrupted` says so; SerialPortError if the port vanishes.
class SerialLink {
 public:
  using Milliseconds = SerialTime::Milliseconds;
  /// Told the number of bytes that are done.
  using Progress = std::function<void(std::size_t)>;

  static constexpr unsigned kTries = 6;

  SerialLink(os::SerialPort& port, SerialTime& time, std::function<bool()> interrupted = {})
      : port_(port), time_(time), interrupted_(std::move(interrupted)) {}

  /// Waits for two NAKs in a row: a board in download mode. @return false when the time is over
  bool wait_for_board(Milliseconds limit);

  /// Text that came while a board was waited for: the output of a program, if it is not in download mode.
  const std::string& heard() const noexcept { return heard_; }

  /// Changes the rate of both ends, and has the board take data. The same rate as now changes nothing but
  /// that.
  void open_data(std::uint32_t baud);

  /// Changes the rate of both ends; the board goes on waiting for commands.
  void set_baud(std::uint32_t baud);

  /// Sends `data` to `address`; the board must take data. Frames that hold only 0xFF are left out if
  /// `skip_blank`: erased flash holds that already.
  void send(std::uint32_t address, Bytes data, bool skip_blank, const Progress& progress = {});

  /// Ends the data: the board starts a loader that it was given, or waits for commands again. Both ends are
  /// then at the first rate.
  void end_data();

  /// @param offset, size  in flash, bytes; multiples of a sector
  void erase(std::uint32_t offset, std::uint32_t size, const Progress& progress = {});
  std::vector<std::byte> read(std::uint32_t offset, std::uint32_t size, const Progress& progress = {});

  /// Clears the write protection in the status register.
  void clear_protection();

  /// The board's own word_sum() of a range.
  std::uint32_t checksum(std::uint32_t offset, std::uint32_t size);

  /// Tells the board to drop what it was doing, as a courtesy; never throws.
  void cancel() noexcept;

 private:
  enum class Reply : std::uint8_t { ack, nak, cancelled, silent };

  std::optional<std::uint8_t> byte(Milliseconds limit);
  bool wait_for_nak(Milliseconds limit);
  Reply reply(Milliseconds limit, Milliseconds nak_patience);
  void put(Bytes bytes);
  void command(Bytes bytes, Milliseconds limit, const char* what);
  bool switch_baud(std::uint32_t baud);
  void send_frame(const Frame& frame);
  std::optional<Bytes> receive_frame(std::uint8_t sequence);
  std::size_t read_step(std::uint32_t offset, std::uint32_t size, std::vector<std::byte>& content,
                        const Progress& progress);
  void check_interrupt() const;
  [[noreturn]] void give_up(const char* what, bool refused) const;

  os::SerialPort& port_;
  SerialTime& time_;
  std::function<bool()> interrupted_;
  std::uint32_t baud_ = kFirstBaud;
  std::uint8_t sequence_ = 1;
  std::vector<std::byte> frame_;
  std::string heard_;
};

}  // namespace otaru::host::serial
