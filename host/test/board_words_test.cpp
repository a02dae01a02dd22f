#include <span>
#include <string_view>

#include <gtest/gtest.h>

#include <otaru/host/board_words.hpp>
#include <otaru/push/status_line.hpp>

namespace otaru::host {
namespace {

Bytes bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

TEST(BoardWords, UnderstandsEveryLineThatABoardOfOursBuilds) {
  BoardWords words;
  EXPECT_TRUE(words.take(bytes(push::StatusLine(push::Reply::progress(4096, 16384)).text())));
  EXPECT_EQ(words.written(), 4096u);
  EXPECT_EQ(words.total(), 16384u);
  EXPECT_EQ(words.verdict(), BoardWords::Verdict::none);
  EXPECT_TRUE(words.take(bytes(push::StatusLine(push::Reply::ok(flash::SlotId::ota2, 0x0102'0304)).text())));
  EXPECT_EQ(words.verdict(), BoardWords::Verdict::ok);
  EXPECT_EQ(words.slot(), "OTA2");
  EXPECT_EQ(words.version(), "0x01020304");
}

TEST(BoardWords, KeepsTheFirstVerdict) {
  BoardWords words;
  words.take(bytes("OTARU/1 error busy wait a little\nOTARU/1 ok slot=OTA2 version=0x1\n"));
  EXPECT_EQ(words.verdict(), BoardWords::Verdict::error);
  EXPECT_EQ(words.code(), "busy");
  EXPECT_EQ(words.text(), "wait a little");
  EXPECT_FALSE(words.take(bytes("OTARU/1 ok slot=OTA2 version=0x1\n")));
}

TEST(BoardWords, CountsOnlyProgressThatGoesForward) {
  BoardWords words;
  EXPECT_TRUE(words.take(bytes("OTARU/1 progress 10 20\n")));
  EXPECT_FALSE(words.take(bytes("OTARU/1 progress 10 20\n")));
  EXPECT_FALSE(words.take(bytes("OTARU/1 progress 5 20\n")));
  EXPECT_FALSE(words.take(bytes("OTARU/1 progress 30 20\n"))) << "more than there is";
  EXPECT_EQ(words.written(), 10u);
}

TEST(BoardWords, KnowsAStockBoardByItsSilence) {
  BoardWords words;
  EXPECT_FALSE(words.spoke());
  words.take(bytes("something else\n"));
  EXPECT_FALSE(words.spoke());
  words.take(bytes("OTARU/2 a word of a later version\n"));
  EXPECT_TRUE(words.spoke());
  EXPECT_EQ(words.verdict(), BoardWords::Verdict::none);
}

TEST(BoardWords, LetsNoControlCharacterThrough) {
  BoardWords words;
  words.take(bytes("OTARU/1 error b\x1b[2Jad text\twith\x07 noise\n"));
  EXPECT_EQ(words.code(), "b?[2Jad");
  EXPECT_EQ(words.text(), "text?with? noise");
}

TEST(BoardWords, TakesARefusalWithoutItsNewlineButNoOk) {
  BoardWords refused;
  refused.take(bytes("OTARU/1 error image_sum the bytes"));
  EXPECT_EQ(refused.verdict(), BoardWords::Verdict::none);
  refused.end();
  EXPECT_EQ(refused.verdict(), BoardWords::Verdict::error);
  EXPECT_EQ(refused.code(), "image_sum");

  BoardWords accepted;
  accepted.take(bytes("OTARU/1 ok slot=OTA2 version=0x0102"));
  accepted.end();
  EXPECT_EQ(accepted.verdict(), BoardWords::Verdict::none);
}

TEST(BoardWords, PassesOverALineThatNeverEnds) {
  BoardWords words;
  for (int i = 0; i < 100; ++i)
    words.take(bytes("OTARU/1 error far too long a line to be one of this protocol, "));
  EXPECT_FALSE(words.take(bytes("\n")));
  EXPECT_TRUE(words.take(bytes("OTARU/1 ok slot=OTA1 version=0x1\n")));
}

}  // namespace
}  // namespace otaru::host
