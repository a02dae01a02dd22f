#include <set>
#include <string>

#include <gtest/gtest.h>

#include <otaru/mbed/gate_refusal.hpp>
#include <otaru/push/status_line.hpp>

namespace otaru::mbed {
namespace {

// Uploaders in the field know these. A change here breaks them.
TEST(GateRefusal, StaysWhatItWasReleasedAs) {
  EXPECT_EQ(wire_code(GateRefusal::password_required), "password_required");
  EXPECT_EQ(wire_code(GateRefusal::password_wrong), "password_wrong");
  EXPECT_EQ(wire_code(GateRefusal::no_password), "no_password");
  EXPECT_EQ(wire_code(GateRefusal::too_many_guesses), "too_many_guesses");
  EXPECT_EQ(wire_code(GateRefusal::channel_broken), "channel_broken");
  EXPECT_EQ(wire_code(GateRefusal::busy), "busy");
}

TEST(GateRefusal, HasALineThatUploadersReadAndStockOnesCanPrint) {
  std::set<std::string> lines;
  for (unsigned i = 0; i <= static_cast<unsigned>(kLastGateRefusal); ++i) {
    const auto refusal = static_cast<GateRefusal>(i);
    const RefusalLine line(refusal, 0xFFFF'FFFF);
    EXPECT_LT(line.text().size(), push::kMaxStatusLine);
    EXPECT_EQ(line.text().back(), '\n');
    for (const char c : line.text().substr(0, line.text().size() - 1)) EXPECT_TRUE(c >= ' ' && c <= '~');
    const push::ParsedLine read = push::parse_status_line(line.text().substr(0, line.text().size() - 1));
    EXPECT_EQ(read.kind, push::ParsedLine::Kind::error);
    EXPECT_EQ(read.code, wire_code(refusal));
    EXPECT_EQ(read.text, std::string(wire_text(refusal)) + " (in 4294967295 s)");
    lines.emplace(line.text());
  }
  EXPECT_EQ(lines.size(), 7u);
  EXPECT_EQ(RefusalLine(GateRefusal::too_many_guesses, 60).text(),
            "OTARU/1 error too_many_guesses wrong passwords were tried; try again later (in 60 s)\n");
  EXPECT_EQ(RefusalLine(GateRefusal::password_wrong).text(), "OTARU/1 error password_wrong wrong password\n");
}

}  // namespace
}  // namespace otaru::mbed
