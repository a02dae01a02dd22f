// What stands for the user's sketch on the virtual board: a loop that must never stall.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include <asio.hpp>

namespace otaru::board {

/// Runs its loop every 10 ms on the board's thread, beside the update listener, and keeps count: a gap in it
/// is time that a listener took from the sketch.
///
/// The virtual board does not execute ARM code; this counts for the loop() of whatever image it booted.
class Sketch {
 public:
  explicit Sketch(asio::io_context& io) : timer_(io) { loop(); }

  std::uint64_t loops() const noexcept { return loops_; }
  /// The longest time between two loops so far.
  std::chrono::milliseconds longest_gap() const noexcept {
    return std::chrono::duration_cast<std::chrono::milliseconds>(longest_gap_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void loop() {
    timer_.expires_after(std::chrono::milliseconds(10));
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](asio::error_code cancelled) {
      // A call that was already on its way when this object was destroyed is not cancelled.
      if (cancelled || alive.expired()) return;
      const Clock::time_point now = Clock::now();
      longest_gap_ = std::max(longest_gap_, now - last_);
      last_ = now;
      ++loops_;
      loop();
    });
  }

  std::shared_ptr<char> alive_ = std::make_shared<char>();
  asio::steady_timer timer_;
  std::uint64_t loops_ = 0;
  Clock::time_point last_ = Clock::now();
  Clock::duration longest_gap_{0};
};

}  // namespace otaru::board
