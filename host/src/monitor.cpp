#include <array>
#include <chrono>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <otaru/host/monitor.hpp>

namespace otaru::host {
namespace {

using Milliseconds = serial::SerialTime::Milliseconds;
constexpr Milliseconds kSlice{100};  // also the silence after which a hex row is printed
constexpr Milliseconds kLookAgain{250};

class Monitor {
 public:
  Monitor(const MonitorOptions& options, const MonitorHooks& hooks, serial::SerialTime& time)
      : options_(options), hooks_(hooks), time_(time), text_(options.text), start_(time.now()) {}

  void run() {
    std::unique_ptr<os::SerialPort> port = hooks_.open();
    while (!over()) {
      try {
        listen(*port);
      } catch (const os::SerialPortError& error) {
        port.reset();  // its name may be used again only when it is let go
        print(text_.end_line());
        if (!options_.reconnect) throw;
        note(std::string(error.what()) + " Waiting for it ...");
        port = wait_for_port();
        if (port) note("it is back.");
      }
    }
    print(text_.end_line());
  }

 private:
  bool over() const {
    return hooks_.interrupted() || (options_.limit && time_.now() - start_ >= *options_.limit);
  }

  void print(const std::string& text) const {
    if (!text.empty()) hooks_.print(text);
  }

  void note(const std::string& line) const { print(fmt::format("[{}] -- {}\n", hooks_.clock(), line)); }

  void listen(os::SerialPort& port) {
    std::array<std::byte, 4096> buffer;
    while (!over()) {
      const std::size_t count = port.read(buffer, kSlice);
      print(count == 0 ? text_.pause() : text_.take(Bytes(buffer).first(count), hooks_.clock()));
    }
  }

  std::unique_ptr<os::SerialPort> wait_for_port() const {
    while (!over()) {
      try {
        return hooks_.open();
      } catch (const os::SerialPortError&) {
        time_.pause(kLookAgain);
      }
    }
    return nullptr;
  }

  const MonitorOptions& options_;
  const MonitorHooks& hooks_;
  serial::SerialTime& time_;
  MonitorText text_;
  Milliseconds start_;
};

}  // namespace

void monitor(const MonitorOptions& options, const MonitorHooks& hooks, serial::SerialTime& time) {
  Monitor(options, hooks, time).run();
}

std::string time_of_day() {
  const auto now = std::chrono::system_clock::now();
  const auto part = std::chrono::duration_cast<Milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%H:%M:%S}.{:03}", fmt::localtime(std::chrono::system_clock::to_time_t(now)), part);
}

}  // namespace otaru::host
