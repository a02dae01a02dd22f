#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <push/every_status.hpp>

#include <otaru/push/wire_code.hpp>

namespace otaru::push {
namespace {

TEST(WireCode, IsThereForEveryStatusAndUnknownToNone) {
  ASSERT_GT(every_status().size(), 20u);
  for (const Status status : every_status()) {
    EXPECT_FALSE(wire_code(status).empty()) << static_cast<int>(status);
    EXPECT_NE(wire_text(status), "unknown") << static_cast<int>(status);
  }
}

TEST(WireCode, IsLowerCaseLettersDigitsAndUnderscores) {
  for (const Status status : every_status())
    for (const char c : wire_code(status))
      EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') << wire_code(status);
}

TEST(WireCode, IsAnotherForEveryStatusExceptFaultsOfOurOwn) {
  std::multiset<std::string> codes;
  for (const Status status : every_status()) codes.emplace(wire_code(status));
  for (const std::string& code : codes) EXPECT_EQ(codes.count(code), code == "internal" ? 2u : 1u) << code;
  EXPECT_EQ(wire_code(Status::misaligned), "internal");
  EXPECT_EQ(wire_code(Status::wrong_state), "internal");
}

// Uploaders in the field know these. A change here breaks them.
TEST(WireCode, StaysWhatItWasReleasedAs) {
  const std::pair<Status, const char*> kReleased[] = {
      {Status::ok, "ok"},
      {Status::out_of_range, "out_of_range"},
      {Status::flash_failed, "flash_failed"},
      {Status::header_count, "header_count"},
      {Status::image_id, "image_id"},
      {Status::header_length, "header_length"},
      {Status::image_offset, "image_offset"},
      {Status::image_length, "image_length"},
      {Status::announced_size, "announced_size"},
      {Status::announced_sum, "announced_sum"},
      {Status::image_sum, "image_sum"},
      {Status::too_short, "too_short"},
      {Status::km0_signature, "km0_signature"},
      {Status::km0_segment, "km0_segment"},
      {Status::km4_signature, "km4_signature"},
      {Status::km4_segment, "km4_segment"},
      {Status::busy, "busy"},
      {Status::timed_out, "timed_out"},
      {Status::closed, "closed"},
  };
  for (const auto& [status, code] : kReleased) EXPECT_EQ(wire_code(status), code);
}

TEST(WireCode, AValueOutsideTheListIsInternal) {
  EXPECT_EQ(wire_code(static_cast<Status>(static_cast<unsigned>(kLastStatus) + 1)), "internal");
  EXPECT_EQ(wire_code(static_cast<Status>(255)), "internal");
}

TEST(WireText, IsAtMostAHundredPrintableCharacters) {
  for (const Status status : every_status()) {
    const std::string_view text = wire_text(status);
    EXPECT_FALSE(text.empty());
    EXPECT_LE(text.size(), 100u) << text;
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; })) << text;
  }
}

TEST(WireText, IsAnotherForEveryRefusal) {
  std::set<std::string_view> texts;
  for (const Status status : every_status()) texts.insert(wire_text(status));
  EXPECT_EQ(texts.size(), every_status().size());
}

}  // namespace
}  // namespace otaru::push
