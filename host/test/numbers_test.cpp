#include <gtest/gtest.h>

#include <otaru/host/numbers.hpp>

namespace otaru::host {
namespace {

TEST(Numbers, AreReadInHexadecimalAndDecimal) {
  EXPECT_EQ(parse_number("0x08006000"), 0x0800'6000u);
  EXPECT_EQ(parse_number("0XfFfFfFfF"), 0xFFFF'FFFFu);
  EXPECT_EQ(parse_number("4294967295"), 0xFFFF'FFFFu);
  EXPECT_EQ(parse_number("010"), 10u) << "a leading zero does not mean octal";
  EXPECT_EQ(parse_number("0"), 0u);
}

TEST(Numbers, AreRefusedWhereAnythingElseStands) {
  for (const char* text : {"", "0x", "0x ", " 1", "1 ", "-1", "+1", "1.0", "1e3", "0x1g", "ff", "4294967296",
                           "0x100000000", "0x-1", "0x0x1"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(Numbers, AreWrittenAsPeopleReadThem) {
  EXPECT_EQ(hex32(0x800'6000), "0x08006000");
  EXPECT_EQ(hex32(0x1'0000'0000), "0x100000000");
  EXPECT_EQ(hex_offset(0x1A000), "0x1A000");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1'019'904), "1,019,904");
  EXPECT_EQ(bytes_text(1), "1 byte");
  EXPECT_EQ(bytes_text(1024), "1,024 bytes");
}

}  // namespace
}  // namespace otaru::host
