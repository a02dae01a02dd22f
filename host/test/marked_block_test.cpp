#include <gtest/gtest.h>

#include <otaru/host/marked_block.hpp>

namespace otaru::host {
namespace {

using State = MarkedBlock::State;

const std::string kBody = "one=1\ntwo=2\n";

class AnyFile : public testing::TestWithParam<std::optional<std::string>> {};

TEST_P(AnyFile, IsAfterwardsAsItWasBefore) {
  const std::string with = with_block(GetParam(), kBody);
  EXPECT_NE(with.find(kBody), std::string::npos);
  EXPECT_EQ(find_block(with).state, State::intact);
  EXPECT_EQ(find_block(with).body, kBody);
  EXPECT_EQ(without_block(with), GetParam());
}

TEST_P(AnyFile, IsNotChangedByASecondTime) {
  const std::string with = with_block(GetParam(), kBody);
  EXPECT_EQ(with_block(with, kBody), with);
}

TEST_P(AnyFile, TakesOtherLinesInTheSamePlace) {
  const std::string with = with_block(with_block(GetParam(), "old=0\n"), kBody);
  EXPECT_EQ(with, with_block(GetParam(), kBody));
}

INSTANTIATE_TEST_SUITE_P(Files, AnyFile,
                         testing::Values(std::nullopt, "", "mine=1\n", "mine=1", "mine=1\r\n", "\n\n", "\n",
                                         "# >>> other >>>\nmine=1\n"));

TEST(MarkedBlock, KeepsWhatWasAddedAroundItSince) {
  const std::string with = with_block("before=1", kBody);
  EXPECT_EQ(without_block("first=1\n" + with + "after=1\n"), "first=1\nbefore=1\nafter=1\n");
  EXPECT_EQ(without_block(with_block(std::nullopt, kBody) + "after=1\n"), "after=1\n");
}

TEST(MarkedBlock, IsEditedIfItsLinesAreOthers) {
  std::string text = with_block("mine=1\n", kBody);
  text.replace(text.find("two=2"), 5, "two=3");
  EXPECT_EQ(find_block(text).state, State::edited);
  EXPECT_EQ(find_block(with_block(text, kBody)).state, State::intact);
  EXPECT_EQ(without_block(text), "mine=1\n");
}

TEST(MarkedBlock, IsNotEditedByLineEndsOfWindows) {
  std::string windows;
  for (const char c : with_block("mine=1\n", kBody))
    windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(find_block(windows).state, State::intact);
  EXPECT_EQ(without_block(windows), "mine=1\r\n");
}

TEST(MarkedBlock, IsBrokenWithoutOneOfItsMarksOrWithOneTooMany) {
  const std::string text = with_block("mine=1\n", kBody);
  const std::size_t last = text.find("# <<<");
  EXPECT_EQ(find_block(text.substr(0, last)).state, State::broken);
  EXPECT_EQ(find_block(text.substr(text.find("two"))).state, State::broken);
  EXPECT_EQ(find_block(text + text).state, State::broken);
  EXPECT_EQ(find_block(text.substr(last) + text.substr(0, last)).state, State::broken);
}

}  // namespace
}  // namespace otaru::host
