#include <gtest/gtest.h>

#include <otaru/host/colour.hpp>

namespace otaru::host {
namespace {

TEST(Colour, IsWrittenAsSvgWritesIt) {
  EXPECT_EQ(hex({0x87, 0xCE, 0xFA}), "#87cefa");
}

TEST(Colour, FindsThePalettesNearestEntry) {
  EXPECT_EQ(nearest_in_palette({255, 0, 0}), 196);
  EXPECT_EQ(nearest_in_palette({0, 0, 0}), 16);
  EXPECT_EQ(nearest_in_palette({255, 255, 255}), 231);
  EXPECT_EQ(nearest_in_palette({128, 128, 128}), 244)
      << "a grey lies nearer on the grey ramp than in the cube";
}

TEST(Colour, PaintsNothingWhereNoColoursAreWanted) {
  EXPECT_EQ(painted("text", kFault, ColourDepth::none), "text");
  EXPECT_EQ(painted("text", kFault, kGood, ColourDepth::none), "text");
}

TEST(Colour, EndsWhatItPaintsWithAReset) {
  EXPECT_EQ(painted("x", {1, 2, 3}, ColourDepth::truecolour), "\x1b[38;2;1;2;3mx\x1b[0m");
  EXPECT_EQ(painted("x", {255, 0, 0}, {0, 0, 0}, ColourDepth::palette256),
            "\x1b[38;5;196m\x1b[48;5;16mx\x1b[0m");
}

}  // namespace
}  // namespace otaru::host
