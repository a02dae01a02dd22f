#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/serial_entry.hpp>

#include "scripted_port.hpp"

namespace otaru::host::serial {
namespace {

using ::testing::HasSubstr;
using Kind = SerialFailure::Kind;
using Lines = ScriptedPort::Lines;

struct Desk {
  ScriptedTime time;
  ScriptedPort port{time};
  SerialLink link{port, time};
  std::vector<std::string> told;

  Entry enter(Entry entry) {
    return enter_download_mode(port, time, link, entry, std::chrono::milliseconds{3000},
                               [this](const std::string& line) { told.push_back(line); });
  }

  SerialFailure failure(Entry entry) {
    try {
      enter(entry);
    } catch (const SerialFailure& failure) {
      return failure;
    }
    return SerialFailure(Kind::interrupted, "it entered download mode");
  }
};

/// NAKs as the ROM sends them, for a second.
void nak_from(ScriptedPort& port, long long start_ms) {
  for (long long at = start_ms; at < start_ms + 1000; at += 50) port.incoming.push_back({at, "\x15"});
}

TEST(SerialEntry, TheLinesFollowTheSequenceOfHalfSeconds) {
  Desk desk;
  nak_from(desk.port, 2100);
  EXPECT_EQ(desk.enter(Entry::automatic), Entry::automatic);
  // none, RTS, none, RTS, DTR, none.
  const std::vector<Lines> expected{{0, false, false},   {500, false, true},  {1000, false, false},
                                    {1500, false, true}, {2000, true, false}, {2500, false, false}};
  EXPECT_EQ(desk.port.lines, expected);
  EXPECT_LT(desk.time.now().count(), 2600)
      << "the ROM may stop asking after a second: it is answered at once";
}

TEST(SerialEntry, TheLinesAreNeverAssertedTogether) {
  Desk desk;
  (void)desk.failure(Entry::automatic);
  reset_board(desk.port, desk.time);
  ASSERT_FALSE(desk.port.lines.empty());
  for (const Lines& lines : desk.port.lines) EXPECT_FALSE(lines.dtr && lines.rts);
}

TEST(SerialEntry, AResetIsNoneRtsNone) {
  Desk desk;
  reset_board(desk.port, desk.time);
  const std::vector<Lines> expected{{0, false, false}, {500, false, true}, {1000, false, false}};
  EXPECT_EQ(desk.port.lines, expected);
}

TEST(SerialEntry, ManualModeTouchesNoLineAndCountsDownFromFive) {
  Desk desk;
  nak_from(desk.port, 4200);
  EXPECT_EQ(desk.enter(Entry::manual), Entry::manual);
  EXPECT_TRUE(desk.port.lines.empty());
  ASSERT_EQ(desk.told.size(), 6u);
  EXPECT_THAT(desk.told[0], HasSubstr("download button"));
  EXPECT_THAT(desk.told[1], HasSubstr("5"));
  EXPECT_THAT(desk.told[5], HasSubstr("1"));
}

TEST(SerialEntry, ABoardThatIsThereBeforeTheCountdownEndsIsTakenAtOnce) {
  Desk desk;
  nak_from(desk.port, 1100);
  desk.enter(Entry::manual);
  EXPECT_LT(desk.time.now().count(), 1500);
}

TEST(SerialEntry, WithoutTheTransistorsThePersonIsAsked) {
  Desk desk;
  nak_from(desk.port, 9000);  // after two automatic tries
  EXPECT_EQ(desk.enter(Entry::either), Entry::manual);
  EXPECT_EQ(desk.port.lines.size(), 12u);
}

TEST(SerialEntry, APortWithoutLinesIsAskedForItsButtonsAtOnce) {
  Desk desk;
  desk.port.has_lines = false;
  nak_from(desk.port, 1000);
  EXPECT_EQ(desk.enter(Entry::either), Entry::manual);
  const SerialFailure failure = desk.failure(Entry::automatic);
  EXPECT_EQ(failure.kind(), Kind::no_port);
  EXPECT_THAT(failure.what(), HasSubstr("--manual"));
}

TEST(SerialEntry, ASilentPortIsNoBoardInEveryModeAndSaysWhatToTry) {
  for (const Entry entry : {Entry::automatic, Entry::manual, Entry::either}) {
    Desk desk;
    const SerialFailure failure = desk.failure(entry);
    EXPECT_EQ(failure.kind(), Kind::no_board);
    EXPECT_THAT(failure.what(), HasSubstr("nothing was done"));
    EXPECT_THAT(failure.what(), HasSubstr(entry == Entry::automatic ? "--manual" : "download button"));
    EXPECT_EQ(desk.port.written, 0u);
  }
}

TEST(SerialEntry, TheTextOfAProgramIsNotTakenForABoardInDownloadMode) {
  Desk desk;
  for (long long at = 0; at < 9000; at += 100) desk.port.incoming.push_back({at, "temp\x15 21.5\r\n"});
  const SerialFailure failure = desk.failure(Entry::manual);
  EXPECT_EQ(failure.kind(), Kind::no_board);
  EXPECT_THAT(failure.what(), HasSubstr("runs a program"));
}

}  // namespace
}  // namespace otaru::host::serial
