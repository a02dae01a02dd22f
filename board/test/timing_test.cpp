#include <gtest/gtest.h>

#include <otaru/board/timing.hpp>

namespace otaru::board {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

constexpr Timing kTiming;

TEST(Timing, KnowsTheTwoProgramsOfTheDriver) {
  EXPECT_EQ(kTiming.program(12), 47'500ns);
  EXPECT_EQ(kTiming.program(256), 700us);
}

TEST(Timing, AProgramOfFewBytesTakesAsLongAsOneOfTwelve) {
  EXPECT_EQ(kTiming.program(1), kTiming.program(12));
  EXPECT_LT(kTiming.program(12), kTiming.program(13));
}

TEST(Timing, AProgramGrowsByTheSameTimeForEachByte) {
  EXPECT_EQ(kTiming.program(12 + 122), (47'500ns + 700us) / 2) << "half way between the known points";
  for (std::size_t bytes = 13; bytes <= 256; ++bytes) {
    const auto step = kTiming.program(bytes) - kTiming.program(bytes - 1);
    EXPECT_GE(step, 2674ns) << bytes;
    EXPECT_LE(step, 2675ns) << bytes;
  }
}

TEST(Timing, ReadsAndReceivesInProportion) {
  EXPECT_EQ(kTiming.read_mapped(1000), 50us);
  EXPECT_EQ(kTiming.read_by_command(1000), 710us);
  EXPECT_EQ(kTiming.receive(392'000), 1s);
  EXPECT_EQ(kTiming.receive(0), 0s);
  EXPECT_EQ(kTiming.receive(0xFFFF'FFFF), Timing::Duration(0xFFFF'FFFFll * 1'000'000'000 / 392'000));
}

// The log that most constants come from must come out again.
TEST(Timing, TheStockUpdateOf737280BytesTakesWhatTheLogSays) {
  constexpr std::size_t kBytes = 737'280;
  const Seconds erase = kTiming.erase_sector * (kBytes / 4096);
  const Seconds receive_and_program = kTiming.receive(kBytes) + kTiming.program(12) * (kBytes / 12);
  const Seconds verify = kTiming.read_by_command(kBytes);
  EXPECT_NEAR(erase.count(), 6.93, 0.01);
  EXPECT_NEAR(receive_and_program.count(), 4.80, 0.01);
  EXPECT_NEAR(verify.count(), 0.52, 0.01);
  EXPECT_NEAR((erase + receive_and_program + verify).count(), 12.3, 12.3 * 0.05);
}

TEST(Timing, IsAValueThatCanModelAnotherPart) {
  Timing slow;
  slow.program_page = 3ms;
  slow.receive_rate = 1000;
  EXPECT_EQ(slow.program(256), 3ms);
  EXPECT_EQ(slow.receive(500), 500ms);
}

}  // namespace
}  // namespace otaru::board
