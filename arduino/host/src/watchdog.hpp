// The board's watchdog: resets it unless it is fed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace otaru::sketch {

/// One for the board, for whoever uses it, as on a real one. Any thread may call these.
class Watchdog {
 public:
  /// From now on it wants to be fed once in `time`. Starting it again changes the time.
  void start(std::chrono::milliseconds time);
  void feed();
  void stop();

 private:
  using Clock = std::chrono::steady_clock;

  void watch();

  std::mutex mutex_;
  std::condition_variable news_;
  std::chrono::milliseconds time_{0};
  std::optional<Clock::time_point> bites_at_;
  bool watched_ = false;
};

Watchdog& the_watchdog();

}  // namespace otaru::sketch
