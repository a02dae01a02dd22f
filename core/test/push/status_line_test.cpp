#include <string>

#include <gtest/gtest.h>
#include <push/every_status.hpp>

#include <otaru/push/status_line.hpp>
#include <otaru/push/wire_code.hpp>

namespace otaru::push {
namespace {

using Kind = ParsedLine::Kind;

std::string text(const Reply& reply) {
  return std::string(StatusLine(reply).text());
}

ParsedLine parsed(const std::string& line) {
  static std::string kept;  // the views point into it
  kept = line;
  if (!kept.empty() && kept.back() == '\n') kept.pop_back();
  return parse_status_line(kept);
}

TEST(StatusLine, SaysProgress) {
  EXPECT_EQ(text(Reply::progress(0, 0)), "OTARU/1 progress 0 0\n");
  EXPECT_EQ(text(Reply::progress(32'768, 737'280)), "OTARU/1 progress 32768 737280\n");
  EXPECT_EQ(text(Reply::progress(0xFFFF'FFFF, 0xFFFF'FFFF)), "OTARU/1 progress 4294967295 4294967295\n");
}

TEST(StatusLine, SaysOk) {
  EXPECT_EQ(text(Reply::ok(flash::SlotId::ota2, 0x0102'0304)), "OTARU/1 ok slot=OTA2 version=0x01020304\n");
  EXPECT_EQ(text(Reply::ok(flash::SlotId::ota1, 0xFFFF'FFFF)), "OTARU/1 ok slot=OTA1 version=0xFFFFFFFF\n");
  EXPECT_EQ(text(Reply::ok(flash::SlotId::ota1, 0)), "OTARU/1 ok slot=OTA1 version=0x00000000\n");
  EXPECT_EQ(text(Reply::ok(flash::SlotId::ota1, 0xABCD'EF98)), "OTARU/1 ok slot=OTA1 version=0xABCDEF98\n");
}

TEST(StatusLine, SaysError) {
  EXPECT_EQ(text(Reply::error(Status::busy)),
            "OTARU/1 error busy another update is under way; try again when it has ended\n");
}

TEST(StatusLine, OfNoReplyIsEmpty) {
  EXPECT_EQ(text(Reply{}), "");
}

TEST(StatusLine, EveryErrorFitsWithItsNewline) {
  for (const Status status : every_status()) {
    const std::string line = text(Reply::error(status));
    EXPECT_LE(line.size(), kMaxStatusLine);
    EXPECT_EQ(line.back(), '\n') << line;
    EXPECT_EQ(line, "OTARU/1 error " + std::string(wire_code(status)) + " " + std::string(wire_text(status)) +
                        "\n");
  }
}

TEST(StatusLine, EveryErrorSurvivesARoundTrip) {
  for (const Status status : every_status()) {
    const std::string line = text(Reply::error(status));
    const ParsedLine read = parsed(line);
    EXPECT_EQ(read.kind, Kind::error);
    EXPECT_EQ(read.code, wire_code(status));
    EXPECT_EQ(read.text, wire_text(status));
  }
}

TEST(StatusLine, ProgressSurvivesARoundTrip) {
  std::size_t tried = 0;
  for (const std::uint32_t written : {0u, 9u, 10u, 4'294'967'295u})
    for (const std::uint32_t total : {1u, 99u, 1'019'904u, 4'294'967'295u}) {
      const ParsedLine read = parsed(text(Reply::progress(written, total)));
      EXPECT_EQ(read.kind, Kind::progress);
      EXPECT_EQ(read.written, written);
      EXPECT_EQ(read.total, total);
      ++tried;
    }
  EXPECT_EQ(tried, 16u);
}

TEST(StatusLine, OkSurvivesARoundTrip) {
  for (const flash::SlotId slot : {flash::SlotId::ota1, flash::SlotId::ota2}) {
    const ParsedLine read = parsed(text(Reply::ok(slot, 0x8000'000F)));
    EXPECT_EQ(read.kind, Kind::ok);
    EXPECT_EQ(read.slot, flash::name(slot));
    EXPECT_EQ(read.version, "0x8000000F");
  }
}

TEST(ParsedStatusLine, SkipsWhatALaterBoardMaySayAfterOk) {
  const ParsedLine read = parsed("OTARU/1 ok trial=3 slot=OTA1 sealed version=1.2.3 x=");
  EXPECT_EQ(read.kind, Kind::ok);
  EXPECT_EQ(read.slot, "OTA1");
  EXPECT_EQ(read.version, "1.2.3");
}

TEST(ParsedStatusLine, TakesABareOkAndACarriageReturn) {
  EXPECT_EQ(parsed("OTARU/1 ok").kind, Kind::ok);
  EXPECT_EQ(parsed("OTARU/1 ok\r").kind, Kind::ok);
  EXPECT_EQ(parsed("OTARU/1 ok slot=OTA2\r").slot, "OTA2");
  EXPECT_EQ(parsed("OTARU/1 progress 5 6\r").total, 6u);
}

TEST(ParsedStatusLine, AnErrorMayComeWithoutAText) {
  const ParsedLine read = parsed("OTARU/1 error busy");
  EXPECT_EQ(read.kind, Kind::error);
  EXPECT_EQ(read.code, "busy");
  EXPECT_EQ(read.text, "");
}

TEST(ParsedStatusLine, WhatIsBrokenOrForeignIsOther) {
  for (const char* line : {"",
                           " ",
                           "hello",
                           "OTARU",
                           "OTARU/1",
                           "OTARU/1 ",
                           "OTARU/2 ok slot=OTA2",
                           "otaru/1 ok",
                           " OTARU/1 ok",
                           "OTARU/1  ok",
                           "OTARU/1 okay",
                           "OTARU/1 OK",
                           "OTARU/1 error",
                           "OTARU/1 error ",
                           "OTARU/1 error  text without a code",
                           "OTARU/1 progress",
                           "OTARU/1 progress ",
                           "OTARU/1 progress 1",
                           "OTARU/1 progress 1 ",
                           "OTARU/1 progress  1 2",
                           "OTARU/1 progress 1 2x",
                           "OTARU/1 progress -1 2",
                           "OTARU/1 progress +1 2",
                           "OTARU/1 progress 0x1 2",
                           "OTARU/1 progress 1 4294967296",
                           "OTARU/1 progress 99999999999 1",
                           "OTARU/1 progress 18446744073709551617 1",
                           "OTARU/1 progress one two"})
    EXPECT_EQ(parsed(line).kind, Kind::other) << line;
}

TEST(ParsedStatusLine, EveryBeginningOfALineIsReadWithoutHarm) {
  const std::string line = text(Reply::ok(flash::SlotId::ota2, 1));
  for (std::size_t length = 0; length < line.size(); ++length) {
    const ParsedLine read = parsed(line.substr(0, length));
    EXPECT_EQ(read.kind, length >= std::string("OTARU/1 ok").size() ? Kind::ok : Kind::other) << length;
  }
}

}  // namespace
}  // namespace otaru::push
