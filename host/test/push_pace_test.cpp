#include <gtest/gtest.h>

#include <otaru/host/push_pace.hpp>

namespace otaru::host {
namespace {

TEST(PushPace, CountsWhatIsInFlashOnceTheBoardTells) {
  const PushPace pace = pace_of({600, 400, 1000, true, 2.0});
  EXPECT_EQ(pace.sent_percent, 60u);
  EXPECT_EQ(pace.written_percent, 40u);
  EXPECT_DOUBLE_EQ(pace.bytes_per_second, 200);
  ASSERT_TRUE(pace.seconds_left.has_value());
  EXPECT_DOUBLE_EQ(*pace.seconds_left, 3);
}

TEST(PushPace, CountsWhatWasSentToAStockBoard) {
  const PushPace pace = pace_of({500, 0, 1000, false, 2.0});
  EXPECT_DOUBLE_EQ(pace.bytes_per_second, 250);
  EXPECT_DOUBLE_EQ(pace.seconds_left.value_or(-1), 2);
}

TEST(PushPace, ShowsAHundredPercentOnlyWhenAllIsDone) {
  EXPECT_EQ(pace_of({999'999, 499'990, 1'000'000, true, 1.0}).sent_percent, 99u);
  EXPECT_EQ(pace_of({999'999, 499'990, 1'000'000, true, 1.0}).written_percent, 50u);
  EXPECT_EQ(pace_of({1'000'000, 0, 1'000'000, true, 1.0}).sent_percent, 100u);
  EXPECT_EQ(pace_of({0, 0, 0, false, 1.0}).sent_percent, 0u);
}

TEST(PushPace, PromisesNothingBeforeTheFirstByte) {
  EXPECT_FALSE(pace_of({0, 0, 1000, false, 2.0}).seconds_left.has_value());
  EXPECT_FALSE(pace_of({10, 0, 1000, true, 2.0}).seconds_left.has_value());
  EXPECT_FALSE(pace_of({10, 0, 1000, false, 0.0}).seconds_left.has_value());
}

TEST(PushPace, WritesWhatIsKnown) {
  EXPECT_EQ(progress_text({0, 0, 1000, false, 0}), "sent 0 %");
  EXPECT_EQ(progress_text({500'000, 0, 1'000'000, false, 5}), "sent 50 %, 100 KB/s, 5 s left");
  EXPECT_EQ(progress_text({600'000, 400'000, 1'000'000, true, 4}),
            "sent 60 %, in flash 40 %, 100 KB/s, 6 s left");
  EXPECT_EQ(progress_text({1'000'000, 1'000'000, 1'000'000, true, 0.5}),
            "sent 100 %, in flash 100 %, 2.0 MB/s");
  EXPECT_EQ(time_text(79.2), "1 min 20 s");
  EXPECT_EQ(rate_text(850), "850 B/s");
}

}  // namespace
}  // namespace otaru::host
