// A serial port with a modelled board behind it, in one thread and in time of its own.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include <otaru/board/download_mode.hpp>
#include <otaru/board/factory.hpp>
#include <otaru/board/nor_model.hpp>
#include <otaru/host/serial_time.hpp>
#include <otaru/os/serial_port.hpp>

namespace otaru::serial_test {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// Time that passes only when somebody waits, sends or erases.
class TestTime final : public host::serial::SerialTime {
 public:
  Milliseconds now() override { return std::chrono::duration_cast<Milliseconds>(now_); }
  void pause(Milliseconds length) override { now_ += length; }
  void add(nanoseconds length) { now_ += length; }

 private:
  nanoseconds now_{0};
};

/// What happens to a byte on the wire: passes, is lost (nullopt), or arrives as another.
using Wire = std::function<std::optional<std::byte>(std::size_t index, std::byte byte)>;

/// The board is in download mode from the start, as if a person had pressed its buttons.
class BoardPort final : public os::SerialPort {
 public:
  explicit BoardPort(const flash::Layout& layout = flash::kAmebaD2Mb)
      : flash(board::make_factory_flash(layout)), part(flash), board(part) {
    part.on_busy = [this](nanoseconds busy) { time.add(busy); };
    board.reset(time.now());
  }

  std::size_t read(std::span<std::byte> into, milliseconds limit) override {
    count_call();
    const milliseconds end = time.now() + limit;
    for (;;) {
      collect();
      if (!inbox_.empty()) break;
      if (time.now() >= end) return 0;
      const milliseconds step = std::clamp(board.next_tick(), time.now() + milliseconds{1}, end);
      time.pause(step - time.now());
      if (alive) board.tick(time.now());
    }
    const std::size_t count = std::min(into.size(), inbox_.size());
    std::copy_n(inbox_.begin(), count, into.begin());
    inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(count));
    spend(count);
    return count;
  }

  void write(std::span<const std::byte> bytes) override {
    count_call();
    spend(bytes.size());
    std::vector<std::byte> arriving;
    for (const std::byte b : bytes) {
      const auto arrived = to_board ? to_board(sent++, b) : std::optional(b);
      if (!to_board) ++sent;
      if (arrived) arriving.push_back(*arrived);
    }
    if (alive) board.receive(arriving, baud, time.now());
  }

  void drain() override { count_call(); }

  void discard_input() override {
    count_call();
    collect();
    inbox_.clear();
  }

  void set_baud(std::uint32_t rate) override {
    count_call();
    collect();  // what has come was taken in at the old rate
    baud = rate;
    rates.push_back(rate);
  }

  void set_lines(bool, bool) override {
    throw os::SerialPortError(os::SerialPortError::Why::no_lines, "the port has no RTS and DTR lines.");
  }

  TestTime time;
  std::vector<std::byte> flash;
  board::NorModel part;
  board::DownloadMode board;

  bool alive = true;                     ///< false: silent, as a board without power
  Wire to_board;                         ///< indexed by the bytes sent since the start
  Wire from_board;                       ///< indexed by the bytes received since the start
  std::optional<std::size_t> pulled_at;  ///< the call at which the cable is pulled
  std::uint32_t baud = 115'200;
  std::vector<std::uint32_t> rates;
  std::size_t sent = 0;
  std::size_t received = 0;
  std::size_t calls = 0;

 private:
  void count_call() {
    if (pulled_at && calls >= *pulled_at)
      throw os::SerialPortError(os::SerialPortError::Why::lost, "the port is gone.");
    ++calls;
  }

  void spend(std::size_t bytes) {
    time.add(nanoseconds(static_cast<std::int64_t>(bytes) * 10 * 1'000'000'000 / baud));
  }

  void collect() {
    for (const auto& output : board.take_output()) {
      for (std::byte b : output.bytes) {
        if (output.baud != baud) b ^= std::byte{0xA5};
        const auto arrived = from_board ? from_board(received, b) : std::optional(b);
        ++received;
        if (arrived) inbox_.push_back(*arrived);
      }
    }
  }

  std::deque<std::byte> inbox_;
};

}  // namespace otaru::serial_test
