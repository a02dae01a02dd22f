#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/check.hpp>

namespace otaru::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Check kCheck{"port", "MyAmeba", Verdict::wrong, "Nothing listens.", "Reset it."};

TEST(Check, InAPipeIsWordsAndInATerminalASign) {
  EXPECT_EQ(to_text(kCheck, {}), "  WRONG    Nothing listens.\n           To do: Reset it.\n");
  EXPECT_EQ(to_text(kCheck, {ColourDepth::none, true}), "  \u2717 Nothing listens.\n    To do: Reset it.\n");
  EXPECT_THAT(to_text(kCheck, {ColourDepth::truecolour, true}), HasSubstr("\x1b["));
}

TEST(Check, WithoutAdviceIsOneLine) {
  EXPECT_THAT(to_text({"port", "MyAmeba", Verdict::fine, "It is open.", ""}, {}), Not(HasSubstr("To do")));
}

TEST(Check, JsonHasTheKeysOfTheContract) {
  EXPECT_EQ(to_json(kCheck).dump(),
            R"({"event":"check","check":"port","subject":"MyAmeba","verdict":"wrong",)"
            R"("message":"Nothing listens.","advice":"Reset it."})");
}

TEST(Check, EveryVerdictHasAWord) {
  EXPECT_EQ(to_string(Verdict::fine), "fine");
  EXPECT_EQ(to_string(Verdict::warning), "warning");
  EXPECT_EQ(to_string(Verdict::wrong), "wrong");
  EXPECT_EQ(to_string(Verdict::unknown), "unknown");
}

}  // namespace
}  // namespace otaru::host
