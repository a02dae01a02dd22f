#include "watchdog.hpp"

#include <string>

#include "board.hpp"
#include "console.hpp"

namespace otaru::sketch {

Watchdog& the_watchdog() {
  static Watchdog* const watchdog = new Watchdog;  // outlives every thread
  return *watchdog;
}

void Watchdog::start(std::chrono::milliseconds time) {
  const std::lock_guard lock(mutex_);
  time_ = time;
  bites_at_ = Clock::now() + time;
  if (!watched_) std::thread([this] { watch(); }).detach();
  watched_ = true;
  news_.notify_all();
}

void Watchdog::feed() {
  const std::lock_guard lock(mutex_);
  if (bites_at_) bites_at_ = Clock::now() + time_;
}

void Watchdog::stop() {
  const std::lock_guard lock(mutex_);
  bites_at_.reset();
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (!bites_at_) {
      news_.wait(lock);
    } else if (Clock::now() < *bites_at_) {
      const Clock::time_point then = *bites_at_;  // feeding moves it
      news_.wait_until(lock, then);
    } else {
      say("[watchdog] not fed for " + std::to_string(time_.count()) + " ms: resets the board");
      the_board().reset();
    }
  }
}

}  // namespace otaru::sketch
