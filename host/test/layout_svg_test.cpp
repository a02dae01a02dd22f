#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/layout_svg.hpp>

namespace otaru::host {
namespace {

using flash::kAmebaD2Mb;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(LayoutSvg, NamesEveryRegionAndEveryRangeInItsColour) {
  const std::string svg =
      to_svg(compare(kAmebaD2Mb, {{"a.bin", "", FileKind::image2, 0x0800'6000, 0x4'0000},
                                  {"b.bin", "", FileKind::image2, 0x0810'6000, 0x4'0000}}));
  for (const char* expected :
       {"<svg ", "</svg>", "KM0 boot", "Backup", "System data", "KM4 boot", ">OTA1<", "User data", ">OTA2<",
        "#87cefa", "#ffb6c1", "a.bin", "b.bin", "262,144 bytes"}) {
    EXPECT_THAT(svg, HasSubstr(expected));
  }
  EXPECT_THAT(svg, Not(HasSubstr("#ff0000")));
}

TEST(LayoutSvg, ShowsAnOverlapOfOneByteInRed) {
  const std::string svg = to_svg(compare(kAmebaD2Mb, {{"a", "", FileKind::image2, 0x0800'6000, 0x4000},
                                                      {"b", "", FileKind::image2, 0x0800'9FFF, 0x4000}}));
  EXPECT_THAT(svg, HasSubstr("width=\"3.00\" height=\"64.0\" fill=\"#ff0000\""));
  EXPECT_THAT(svg, HasSubstr("overlap of 1 and 2"));
}

TEST(LayoutSvg, DrawsNothingOutsideTheFlash) {
  const std::string svg =
      to_svg(compare(kAmebaD2Mb, {{"a", "", FileKind::unknown, 0x1000'0000, 0xFFFF'FFFF}}));
  EXPECT_THAT(svg, HasSubstr("leaves the flash"));
  EXPECT_THAT(svg, Not(HasSubstr("height=\"64.0\" fill=\"#87cefa\"")));
}

TEST(LayoutSvg, CannotBeBrokenByAFileName) {
  const std::string svg =
      to_svg(compare(kAmebaD2Mb, {{"</svg><script>\"&\xFF", "", FileKind::image2, 0x0800'6000, 100}}));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
  EXPECT_THAT(svg, HasSubstr("&lt;/svg&gt;&lt;script&gt;&quot;&amp;?"));
}

}  // namespace
}  // namespace otaru::host
