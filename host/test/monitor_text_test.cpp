#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/monitor_text.hpp>

namespace otaru::host {
namespace {

std::string take(MonitorText& text, std::string_view bytes, std::string_view clock = "12:00:00.000") {
  return text.take(std::as_bytes(std::span(bytes)), clock);
}

TEST(MonitorText, EveryLineBeginsWithTheTimeOfItsFirstByte) {
  MonitorText text({});
  EXPECT_EQ(take(text, "hel", "12:00:00.001"), "[12:00:00.001] hel");
  EXPECT_EQ(take(text, "lo\r", "12:00:00.002"), "lo\n");
  EXPECT_EQ(take(text, "\nnext\n", "12:00:00.003"), "[12:00:00.003] next\n");
}

TEST(MonitorText, CrLfAndCrAndLfEndOneLineEach) {
  MonitorText text({.timestamps = false});
  EXPECT_EQ(take(text, "a\r\nb\nc\rd\r\r"), "a\nb\nc\nd\n\n");
}

TEST(MonitorText, ControlCharactersDoNotReachTheTerminal) {
  MonitorText text({.timestamps = false});
  EXPECT_EQ(take(text, "a\x1b[2J\x07\x15\tb\x7f\xC3\xA9\n"), "a[2J\tb\xC3\xA9\n");
}

TEST(MonitorText, ALineThatHasNotEndedIsEndedBeforeANote) {
  MonitorText text({.timestamps = false});
  EXPECT_EQ(take(text, "half"), "half");
  EXPECT_EQ(text.end_line(), "\n");
  EXPECT_EQ(text.end_line(), "");
}

TEST(MonitorText, HexShowsEveryByteAndAShortRowAfterAPause) {
  MonitorText text({.timestamps = true, .hex = true});
  EXPECT_EQ(take(text, "0123456789abcde"), "");
  EXPECT_EQ(take(text, "f\x01\xFF", "12:00:00.009"),
            "[12:00:00.000] 00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n");
  EXPECT_EQ(text.pause(), "[12:00:00.009] 00000010  01 ff " + std::string(42, ' ') + " ..\n");
  EXPECT_EQ(text.pause(), "");
}

}  // namespace
}  // namespace otaru::host
