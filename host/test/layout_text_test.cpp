#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/layout_text.hpp>

namespace otaru::host {
namespace {

using flash::kAmebaD2Mb;
using ::testing::HasSubstr;
using ::testing::Not;

MemoryLayout overlapping_by_one_byte() {
  return compare(kAmebaD2Mb, {{"a.bin", "", FileKind::image2, 0x0800'6000, 0x4'0000},
                              {"b.bin", "OTA1", FileKind::ota_file, 0x0804'5FFF, 0x1'0000}});
}

TEST(BarCells, ShowAnOverlapOfOneByteAtEveryWidth) {
  std::size_t widths = 0;
  for (std::size_t columns = 24; columns <= 200; ++columns, ++widths) {
    const auto cells = bar_cells(overlapping_by_one_byte(), columns);
    ASSERT_EQ(cells.size(), columns);
    EXPECT_EQ(std::ranges::count_if(cells, &BarCell::overlap), 1) << columns;
  }
  EXPECT_EQ(widths, 177u);
}

TEST(BarCells, ShowTheRangeWithMostOfTheirBytes) {
  const MemoryLayout layout = compare(kAmebaD2Mb, {{"a", "", FileKind::unknown, 0x0801'0000, 100},
                                                   {"b", "", FileKind::unknown, 0x0801'0064, 200}});
  const auto cells = bar_cells(layout, 2);
  EXPECT_EQ(cells[0].range, 1u);
  EXPECT_FALSE(cells[1].range.has_value());
}

TEST(LayoutText, IsPlainWhereThereIsNoTerminal) {
  const std::string text = to_text(overlapping_by_one_byte(), {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("1X2"));
  EXPECT_THAT(text, HasSubstr("- OTA1 -"));
  EXPECT_THAT(text, HasSubstr("b.bin (OTA1)"));
  EXPECT_THAT(text, HasSubstr("Problem: a.bin"));
  EXPECT_THAT(text, HasSubstr("overlap by 1 byte, from 0x08045FFF"));
}

TEST(LayoutText, UsesTheKnownColoursOnATerminal) {
  const std::string text = to_text(overlapping_by_one_byte(), {80, ColourDepth::truecolour, true});
  EXPECT_THAT(text, HasSubstr("\x1b[48;2;135;206;250m")) << "light sky blue";
  EXPECT_THAT(text, HasSubstr("\x1b[48;2;255;182;193m")) << "light pink";
  EXPECT_THAT(text, HasSubstr("\x1b[48;2;255;0;0m")) << "red";
  EXPECT_THAT(to_text(overlapping_by_one_byte(), {80, ColourDepth::palette256, false}),
              HasSubstr("\x1b[48;5;196m"));
}

TEST(LayoutText, FitsTheWidthItIsGiven) {
  const MemoryLayout layout;
  for (int width : {1, 40, 80, 200}) {
    const std::string text = to_text(layout, {width, ColourDepth::none, false});
    EXPECT_THAT(text, HasSubstr("everything in its place"));
    EXPECT_THAT(text, HasSubstr(std::string(width < 60 ? 20 : 70, '.'))) << width;
  }
}

TEST(LayoutJson, HasTheKeysThatScriptsRelyOn) {
  const auto json = to_json(overlapping_by_one_byte());
  EXPECT_EQ(json["layout"], "ameba-d-2mb");
  EXPECT_EQ(json["flash"]["address"], "0x08000000");
  EXPECT_EQ(json["flash"]["size"], 0x20'0000);
  EXPECT_EQ(json["regions"].size(), 7u);
  ASSERT_EQ(json["ranges"].size(), 2u);
  EXPECT_EQ(json["ranges"][0]["file"], "a.bin");
  EXPECT_TRUE(json["ranges"][0]["image"].is_null());
  EXPECT_EQ(json["ranges"][0]["bin"], 1);
  EXPECT_EQ(json["ranges"][0]["colour"], "#87cefa");
  EXPECT_EQ(json["ranges"][0]["end"], "0x08046000");
  EXPECT_EQ(json["ranges"][0]["region"], "OTA1");
  EXPECT_EQ(json["ranges"][1]["image"], "OTA1");
  EXPECT_EQ(json["overlaps"].dump(), R"([{"ranges":[0,1],"address":"0x08045FFF","size":1}])");
  EXPECT_EQ(json["problems"][0]["code"], "overlap");
  EXPECT_EQ(json["ok"], false);
}

}  // namespace
}  // namespace otaru::host
