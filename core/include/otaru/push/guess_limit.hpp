// How often a board lets a password be tried.
#pragma once

#include <algorithm>
#include <cstdint>

namespace otaru::push {

/// After each wrong password nobody may try for a while: 1 s, then twice as long each time, up to a minute. A
/// right one sets that back. One for a board, not one for a sender: senders cost nothing, and addresses can
/// be made up. The price is that who tries on and on keeps the owner waiting too, a minute at a time.
///
/// State: 8 bytes. `now_ms` is any monotonic clock that may wrap; when it has gone round once (49.7 days)
/// a wait that is long over shows again, for its own length.
class GuessLimit {
 public:
  static constexpr std::uint32_t kFirstWaitMs = 1'000;
  static constexpr std::uint32_t kLongestWaitMs = 60'000;

  /// How long until a password may be tried; 0 if now.
  std::uint32_t wait_ms(std::uint32_t now_ms) const noexcept {
    const std::uint32_t left = until_ms_ - now_ms;
    return left <= wait_ms_ ? left : 0;
  }

  /// The same in whole seconds, rounded up, for people.
  std::uint32_t wait_s(std::uint32_t now_ms) const noexcept { return (wait_ms(now_ms) + 999) / 1000; }

  void failed(std::uint32_t now_ms) noexcept {
    wait_ms_ = wait_ms_ == 0 ? kFirstWaitMs : std::min(2 * wait_ms_, kLongestWaitMs);
    until_ms_ = now_ms + wait_ms_;
  }

  void succeeded() noexcept { wait_ms_ = 0; }

 private:
  std::uint32_t wait_ms_ = 0;  // the last one; 0 if nothing failed since the last success
  std::uint32_t until_ms_ = 0;
};

}  // namespace otaru::push
