#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/svg_text.hpp>

namespace otaru::host {
namespace {

using ::testing::ElementsAre;

TEST(SvgText, EscapesWhatWouldEndTheTextOrTheAttribute) {
  EXPECT_EQ(svg_text("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
}

TEST(SvgText, KeepsUtf8AndReplacesWhatIsNoCharacterOfXml) {
  EXPECT_EQ(svg_text("grün 小樽 🚢"), "grün 小樽 🚢");
  EXPECT_EQ(svg_text("a\x01\n\x7F"), "a???");
  EXPECT_EQ(svg_text("\xFF\xC3"), "??") << "no UTF-8, and a sequence cut off";
  EXPECT_EQ(svg_text("\xC0\x80"), "??") << "overlong";
  EXPECT_EQ(svg_text("\xED\xA0\x80"), "???") << "a surrogate";
  EXPECT_EQ(svg_text("\xEF\xBF\xBF"), "???") << "U+FFFF";
}

TEST(SvgText, IsWrappedAtSpacesAndBrokenWhereThereIsNone) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("abcdefghij", 4), ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(wrapped("", 4), ElementsAre(""));
}

TEST(SvgText, IsShortenedAtItsBeginning) {
  EXPECT_EQ(shortened("/a/long/path/file.bin", 12), ".../file.bin");
  EXPECT_EQ(shortened("short", 12), "short");
  EXPECT_EQ(shortened("1234é5", 5), "...5") << "not in the middle of a letter";
}

}  // namespace
}  // namespace otaru::host
