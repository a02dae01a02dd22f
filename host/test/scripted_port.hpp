// A serial port of a test: notes what is done to it and when, and answers what it was told to.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include <otaru/host/serial_time.hpp>
#include <otaru/os/serial_port.hpp>

namespace otaru::host {

class ScriptedTime final : public serial::SerialTime {
 public:
  Milliseconds now() override { return now_; }
  void pause(Milliseconds length) override { now_ += length; }

 private:
  Milliseconds now_{0};
};

class ScriptedPort final : public os::SerialPort {
 public:
  struct Lines {
    long long at_ms;
    bool dtr;
    bool rts;
    bool operator==(const Lines&) const = default;
  };
  struct Bytes {
    long long at_ms;
    std::string text;
  };

  explicit ScriptedPort(serial::SerialTime& time) : time_(time) {}

  std::size_t read(std::span<std::byte> into, std::chrono::milliseconds limit) override {
    if (lost_at_ms >= 0 && time_.now().count() >= lost_at_ms)
      throw os::SerialPortError(os::SerialPortError::Why::lost, "the port is gone.");
    if (due()) return take(into);
    time_.pause(limit);
    return due() ? take(into) : 0;
  }
  void write(std::span<const std::byte> bytes) override { written += bytes.size(); }
  void drain() override {}
  void discard_input() override {
    while (due()) incoming.pop_front();
  }
  void set_baud(std::uint32_t) override {}
  void set_lines(bool dtr, bool rts) override {
    if (!has_lines) throw os::SerialPortError(os::SerialPortError::Why::no_lines, "no lines");
    lines.push_back({time_.now().count(), dtr, rts});
  }

  std::deque<Bytes> incoming;  ///< in order of time
  std::vector<Lines> lines;
  std::size_t written = 0;
  bool has_lines = true;
  long long lost_at_ms = -1;

 private:
  bool due() const { return !incoming.empty() && incoming.front().at_ms <= time_.now().count(); }
  std::size_t take(std::span<std::byte> into) {
    std::string& text = incoming.front().text;
    const std::size_t count = std::min(into.size(), text.size());
    for (std::size_t i = 0; i < count; ++i) into[i] = static_cast<std::byte>(text[i]);
    text.erase(0, count);
    if (text.empty()) incoming.pop_front();
    return count;
  }

  serial::SerialTime& time_;
};

}  // namespace otaru::host
