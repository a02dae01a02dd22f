#include <gtest/gtest.h>

#include <otaru/push/guess_limit.hpp>

namespace otaru::push {
namespace {

constexpr std::uint32_t kStart = 0xFFFF'FF00;  // the clock wraps soon

TEST(GuessLimit, LetsEverybodyTryAtFirst) {
  EXPECT_EQ(GuessLimit().wait_ms(0), 0u);
  EXPECT_EQ(GuessLimit().wait_ms(kStart), 0u);
}

TEST(GuessLimit, DoublesTheWaitUpToAMinute) {
  GuessLimit limit;
  std::uint32_t now = kStart;
  for (const std::uint32_t wait : {1u, 2u, 4u, 8u, 16u, 32u, 60u, 60u, 60u}) {
    limit.failed(now);
    EXPECT_EQ(limit.wait_ms(now), wait * 1000);
    EXPECT_EQ(limit.wait_s(now + 1), wait);
    EXPECT_EQ(limit.wait_ms(now + wait * 1000 - 1), 1u);
    now += wait * 1000;
    EXPECT_EQ(limit.wait_ms(now), 0u) << "nobody is locked out for ever";
  }
}

TEST(GuessLimit, StartsAnewAfterASuccess) {
  GuessLimit limit;
  for (int i = 0; i < 5; ++i) limit.failed(kStart);
  limit.succeeded();
  EXPECT_EQ(limit.wait_ms(kStart), 0u);
  limit.failed(kStart);
  EXPECT_EQ(limit.wait_ms(kStart), 1000u);
}

TEST(GuessLimit, AllowsFewerThanFifteenHundredGuessesADay) {
  GuessLimit limit;
  std::uint32_t now = 0;
  std::uint32_t guesses = 0;
  for (; now < 86'400'000; now += limit.wait_ms(now)) {
    limit.failed(now);
    ++guesses;
  }
  EXPECT_EQ(guesses, 1445u);  // docs/decisions and docs/user/protection.md say so
}

}  // namespace
}  // namespace otaru::push
