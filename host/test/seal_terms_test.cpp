#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <otaru/host/seal_terms.hpp>

namespace otaru::host {
namespace {

using Version = std::array<std::uint16_t, 3>;

TEST(SealTerms, AVersionIsThreeNumbers) {
  EXPECT_EQ(parse_firmware_version("1.4.0"), (Version{1, 4, 0}));
  EXPECT_EQ(parse_firmware_version("0.0.0"), (Version{0, 0, 0}));
  EXPECT_EQ(parse_firmware_version("65535.65535.65535"), (Version{65535, 65535, 65535}));
  for (const char* wrong :
       {"", "1", "1.4", "1.4.0.1", "1.4.", ".4.0", "1..0", "v1.4.0", "1.4.0-rc1", "1.4.0+7", "01.4.0",
        "1.4.00", "65536.0.0", "-1.0.0", "+1.0.0", "1.4.0 ", " 1.4.0", "1,4,0", "0x1.4.0"})
    EXPECT_EQ(parse_firmware_version(wrong), std::nullopt) << "'" << wrong << "'";
}

TEST(SealTerms, AVersionIsWrittenAsItIsRead) {
  EXPECT_EQ(firmware_version_text({1, 40, 65535}), "1.40.65535");
}

TEST(SealTerms, ADateIsItsLastSecondInUtc) {
  EXPECT_EQ(parse_not_after("2027-12-31"), 1830297599u);
  EXPECT_EQ(parse_not_after("2028-02-29"), 1835481599u);
}

TEST(SealTerms, ATimeIsOneOfRfc3339) {
  for (const char* same : {"2027-12-31T12:00:00Z", "2027-12-31t12:00:00z", "2027-12-31T12:00:00.999Z",
                           "2027-12-31T14:00:00+02:00", "2027-12-31T06:30:00.5-05:30"})
    EXPECT_EQ(parse_not_after(same), 1830254400u) << same;
}

TEST(SealTerms, ADateThatDoesNotExistIsNone) {
  for (const char* wrong : {"",
                            "2027",
                            "2027-12",
                            "2027-13-01",
                            "2027-00-01",
                            "2027-02-29",
                            "2027-04-31",
                            "2027-12-00",
                            "27-12-31",
                            "2027/12/31",
                            "31.12.2027",
                            "2027-12-31 ",
                            "2027-12-31T",
                            "2027-12-31T12:00",
                            "2027-12-31T12:00:00",
                            "2027-12-31T24:00:00Z",
                            "2027-12-31T12:60:00Z",
                            "2027-12-31T12:00:60Z",
                            "2027-12-31T12:00:00.Z",
                            "2027-12-31T12:00:00+0200",
                            "2027-12-31T12:00:00+24:00",
                            "2027-12-31T12:00:00ZZ",
                            "2027-1-31",
                            "1970-06-01",
                            "0000-01-01",
                            "tomorrow"})
    EXPECT_EQ(parse_not_after(wrong), std::nullopt) << "'" << wrong << "'";
}

TEST(SealTerms, ATimeIsWrittenAsItIsRead) {
  EXPECT_EQ(time_text(1830254400), "2027-12-31T12:00:00Z");
  EXPECT_EQ(parse_not_after(time_text(1830297599)), 1830297599u);
  EXPECT_EQ(time_text(0xFFFF'FFFF'FFFF'FFFF), "18446744073709551615 s after 1970");
}

TEST(SealTerms, ABoardNameFitsASealAndATxtRecord) {
  EXPECT_TRUE(is_board_name("ameba_rtl8721d"));
  EXPECT_TRUE(is_board_name(std::string(32, 'x')));
  for (const std::string& wrong :
       {std::string(), std::string(33, 'x'), std::string("a b"), std::string("a=b"), std::string("a\nb"),
        std::string("\xC3\xA4"), std::string("a\0b", 3)})
    EXPECT_FALSE(is_board_name(wrong)) << wrong;
}

}  // namespace
}  // namespace otaru::host
