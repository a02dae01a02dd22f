// The contract of the clock that a port tells core the time by: milliseconds that never jump and wrap at
// 2^32. As tests that every port's clock passes, each against another clock of the same machine.
//
// A busy computer must not fail them, so nothing here is expected to be quick. Every reading of the clock
// stands between two of the other clock, and only what no delay explains is an error: an interruption makes
// the bounds wider.
//
// How to run it against a clock: write a Maker and instantiate the suite,
//
//   struct MyClock {
//     std::uint32_t now_ms();        // the clock on trial
//     std::uint64_t reference_us();  // another clock: microseconds that never go back nor wrap
//     void rest();                   // lets a moment pass without reading either, the longer the better, up
//     to 10 ms
//     /// Calls `work` again and again from another place, a thread or an interrupt, while `body` runs.
//     void beside(const std::function<void()>& work, const std::function<void()>& body);
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(OfMyClock, ClockContract, MyClock);
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>

#include <gtest/gtest.h>

namespace otaru::push {

/// What a clock may be wrong by against the other: a thousandth. Crystals are within 100 ppm of each other, a
/// clock that is being disciplined within 500.
inline constexpr std::uint64_t kOneOf = 1'000;
/// Of the reference clock: a clock that has not gone on by then has stopped.
inline constexpr std::uint64_t kPatience_us = 10'000'000;

template <class Maker>
class ClockTest : public testing::Test {
 protected:
  /// The clock said `ms` at some time between the other two.
  struct Reading {
    std::uint64_t earliest_us;
    std::uint32_t ms;
    std::uint64_t latest_us;
  };

  Reading read() {
    const std::uint64_t earliest_us = clock_.reference_us();
    const std::uint32_t ms = clock_.now_ms();
    return {earliest_us, ms, clock_.reference_us()};
  }

  /// True if the time between the two readings is what the other clock allows, to the millisecond that is not
  /// shown.
  static testing::AssertionResult agree(const Reading& from, const Reading& to) {
    const std::uint64_t passed_us = std::uint64_t{to.ms - from.ms} * 1'000;
    const std::uint64_t most_us = to.latest_us - from.earliest_us;
    const std::uint64_t least_us = to.earliest_us - std::min(to.earliest_us, from.latest_us);
    const std::uint64_t slack_us = 1'000 + 1 + most_us / kOneOf;  // 1: of the reference, which is cut off too
    if (passed_us <= most_us + slack_us && passed_us + slack_us >= least_us)
      return testing::AssertionSuccess();
    return testing::AssertionFailure() << "from " << from.ms << " to " << to.ms << " ms, and between "
                                       << least_us << " and " << most_us << " us of another clock";
  }

  Maker clock_;
};

template <class Maker>
class ClockContract : public ClockTest<Maker> {};
TYPED_TEST_SUITE_P(ClockContract);

TYPED_TEST_P(ClockContract, GoesOnWhileItIsReadAndNeverBack) {
  const std::uint64_t start_us = this->clock_.reference_us();
  const std::uint32_t start_ms = this->clock_.now_ms();
  std::uint32_t last_ms = start_ms;
  int seen = 0;
  while (last_ms - start_ms < 20 && this->clock_.reference_us() - start_us < kPatience_us) {
    const std::uint32_t now_ms = this->clock_.now_ms();
    ASSERT_GE(static_cast<std::int32_t>(now_ms - last_ms), 0) << "from " << last_ms << " to " << now_ms;
    seen += now_ms != last_ms ? 1 : 0;
    last_ms = now_ms;
  }
  EXPECT_GE(last_ms - start_ms, 20u) << "it stands still";
  EXPECT_GT(seen, 0);
}

TYPED_TEST_P(ClockContract, GoesAtTheSpeedOfAnotherClock) {
  const auto start = this->read();
  auto last = start;
  int read = 0;
  while (last.earliest_us < start.latest_us + 200'000) {
    const auto now = this->read();
    ASSERT_TRUE(this->agree(last, now));
    ASSERT_TRUE(this->agree(start, now)) << "after " << read << " readings";
    last = now;
    ++read;
  }
  EXPECT_GT(read, 0);
  EXPECT_GE(last.ms - start.ms, 198u);
}

TYPED_TEST_P(ClockContract, DoesNotJumpAcrossAWait) {
  const auto start = this->read();
  auto last = start;
  for (int wait = 0; wait < 100; ++wait) {
    this->clock_.rest();
    const auto now = this->read();
    ASSERT_TRUE(this->agree(last, now)) << "wait " << wait;
    ASSERT_TRUE(this->agree(start, now)) << "wait " << wait;
    last = now;
  }
  EXPECT_GT(last.latest_us, start.latest_us) << "nothing passed";
}

// An interrupt or another thread reads it in the middle of a reading, and in the middle of its own going on.
TYPED_TEST_P(ClockContract, ReadInTwoPlacesAtOnceGoesBackInNeither) {
  std::atomic<std::uint32_t> newest{this->clock_.now_ms()};
  std::atomic<int> backward{0};
  std::atomic<int> beside{0};
  const auto look = [&] {
    std::uint32_t before = newest;
    const std::uint32_t now_ms = this->clock_.now_ms();
    if (static_cast<std::int32_t>(now_ms - before) < 0) ++backward;
    while (static_cast<std::int32_t>(now_ms - before) > 0 && !newest.compare_exchange_weak(before, now_ms))
      continue;
  };
  const std::uint32_t start_ms = this->clock_.now_ms();
  const std::uint64_t start_us = this->clock_.reference_us();
  this->clock_.beside(
      [&] {
        look();
        ++beside;
      },
      [&] {
        while ((newest - start_ms < 20 || beside < 100) &&
               this->clock_.reference_us() - start_us < kPatience_us)
          look();
      });
  EXPECT_EQ(backward, 0);
  EXPECT_GE(beside, 100) << "nobody read it beside this";
  EXPECT_GE(newest - start_ms, 20u) << "it stands still";
}

REGISTER_TYPED_TEST_SUITE_P(ClockContract, GoesOnWhileItIsReadAndNeverBack, GoesAtTheSpeedOfAnotherClock,
                            DoesNotJumpAcrossAWait, ReadInTwoPlacesAtOnceGoesBackInNeither);

}  // namespace otaru::push
