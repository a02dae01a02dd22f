#include "serial_report.hpp"

#include <cmath>

#include <fmt/format.h>

#include <otaru/host/push_pace.hpp>
#include <otaru/os/interrupts.hpp>

#include "progress_bar.hpp"

namespace otaru::cli {
namespace {

constexpr unsigned kStep = 20;  // percent between lines in a pipe

}  // namespace

void SerialReport::say(const std::string& line) {
  end_line();
  doing_.clear();
  fmt::print(json_ ? stderr : stdout, "{}\n", line);
  std::fflush(stdout);
}

void SerialReport::end_line() {
  if (drawing_) fmt::print("\n");
  drawing_ = false;
}

bool SerialReport::interrupted() {
  return os::interrupted();
}

void SerialReport::progress(const std::string& doing, std::size_t done, std::size_t total) {
  if (doing != doing_) {
    end_line();
    doing_ = doing;
    told_percent_ = 0;
    started_ = time_.now();
  }
  const double seconds = std::chrono::duration<double>(time_.now() - started_).count();
  host::PushProgress progress;
  progress.sent = done;
  progress.total = total;
  progress.seconds = seconds;
  const host::PushPace pace = host::pace_of(progress);
  if (!json_ && context_.out.interactive()) {
    const int width = context_.out.width() - 1;  // the last column stays free: some terminals wrap
    std::string figures = fmt::format("{} {} %", doing, pace.sent_percent);
    if (pace.seconds_left) figures += ", " + host::rate_text(pace.bytes_per_second);
    fmt::print("\r{:{}}\r{}", "", width, bar_line(pace.sent_percent, figures, context_.out, width));
    std::fflush(stdout);
    drawing_ = true;
    return;
  }
  if (pace.sent_percent < told_percent_ + kStep) return;
  told_percent_ = pace.sent_percent / kStep * kStep;
  if (json_) {
    print_json({{"event", "progress"}, {"doing", doing}, {"done", done}, {"total", total}});
  } else {
    fmt::print("  {} {} %\n", doing, pace.sent_percent);
    std::fflush(stdout);
  }
}

void SerialReport::result(const std::string& status, const std::string& message,
                          nlohmann::ordered_json more) {
  end_line();
  if (!json_) return;
  nlohmann::ordered_json object{{"event", "result"}, {"status", status}, {"message", message}};
  object.update(more);
  print_json(object);
}

}  // namespace otaru::cli
