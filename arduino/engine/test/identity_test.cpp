#include "identity.hpp"

#include <gtest/gtest.h>

namespace otaru::engine {
namespace {

constexpr const char* kMarker =
    "\x7F"
    "OTARU-IMAGE/1\nname=MyAmeba\nversion=1.2.3\nboard=ameba_rtl8720dn\nlibrary=0.1.0\n";

TEST(Marker, TellsItsValues) {
  EXPECT_EQ(marker_value(kMarker, "name"), "MyAmeba");
  EXPECT_EQ(marker_value(kMarker, "version"), "1.2.3");
  EXPECT_EQ(marker_value(kMarker, "board"), "ameba_rtl8720dn");
  EXPECT_EQ(marker_value(kMarker, "library"), "0.1.0");
}

TEST(Marker, HasNothingForOtherKeysOrOtherTexts) {
  EXPECT_EQ(marker_value(kMarker, "nam"), "");
  EXPECT_EQ(marker_value(kMarker, "colour"), "");
  EXPECT_EQ(marker_value(nullptr, "name"), "");
  EXPECT_EQ(marker_value("", "name"), "");
  EXPECT_EQ(marker_value("name=MyAmeba\n", "name"), "");
  EXPECT_EQ(marker_value("\x7FOTARU-IMAGE/2\nname=MyAmeba\n", "name"), "");
}

TEST(Marker, MayEndWithoutALineEnd) {
  EXPECT_EQ(marker_value("\x7F"
                         "OTARU-IMAGE/1\nname=MyAmeba",
                         "name"),
            "MyAmeba");
}

TEST(ShortText, CutsWhatIsTooLong) {
  ShortText<4> text;
  EXPECT_TRUE(text.empty());
  text.set("abcdef");
  EXPECT_EQ(text.text(), "abcd");
  EXPECT_STREQ(text.c_str(), "abcd");
}

TEST(Identity, LeavesOutOfTxtWhatCannotBeSaid) {
  Identity identity;
  identity.board.set("ameba_rtl8721d");
  identity.version.set("a=b");
  mdns::Txt<256> txt;
  identity.describe(false, "OTA2", txt);
  EXPECT_EQ(mdns::txt_value(txt.bytes(), "board"), "ameba_rtl8721d");
  EXPECT_EQ(mdns::txt_value(txt.bytes(), "slot"), "OTA2");
  EXPECT_EQ(mdns::txt_value(txt.bytes(), "ver"), "");
}

}  // namespace
}  // namespace otaru::engine
