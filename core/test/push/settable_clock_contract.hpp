// The contract of a millisecond clock that can be set, if only by a test: what clock_contract.hpp asks, and a
// wrap at 2^32. Its Maker has `void set_ms(std::uint32_t)` too.
#pragma once

#include <cstdint>

#include <gtest/gtest.h>
#include <push/clock_contract.hpp>

namespace otaru::push {

template <class Maker>
class SettableClockContract : public ClockTest<Maker> {
 protected:
  /// Sets the clock to `from`, and follows it until it has gone on by `length_ms`.
  void follow(std::uint32_t from, std::uint32_t length_ms) {
    auto start = this->read();
    for (int tries = 0; tries < 100 && start.ms - from >= length_ms / 2; ++tries) {
      this->clock_.set_ms(from);
      start = this->read();
    }
    ASSERT_LT(start.ms - from, length_ms / 2) << "it was not set";
    auto last = start;
    while (last.ms - from < length_ms && last.latest_us - start.earliest_us < kPatience_us) {
      this->clock_.rest();
      const auto now = this->read();
      ASSERT_GE(static_cast<std::int32_t>(now.ms - last.ms), 0) << "from " << last.ms << " to " << now.ms;
      ASSERT_TRUE(this->agree(last, now));
      ASSERT_TRUE(this->agree(start, now));
      last = now;
    }
    ASSERT_GE(last.ms - from, length_ms) << "it stands still at " << last.ms;
  }
};
TYPED_TEST_SUITE_P(SettableClockContract);

TYPED_TEST_P(SettableClockContract, GivesTheRightDifferenceAcrossTheWrap) {
  this->follow(0xFFFF'FFE0, 64);
  EXPECT_LT(this->clock_.now_ms(), 0xFFFF'FFE0) << "it has to come to 0";
}

// Where a difference that is taken for a signed number turns round.
TYPED_TEST_P(SettableClockContract, GivesTheRightDifferenceAcrossTheMiddle) {
  this->follow(0x7FFF'FFE0, 64);
  EXPECT_GE(this->clock_.now_ms(), 0x8000'0000);
}

REGISTER_TYPED_TEST_SUITE_P(SettableClockContract, GivesTheRightDifferenceAcrossTheWrap,
                            GivesTheRightDifferenceAcrossTheMiddle);

}  // namespace otaru::push
