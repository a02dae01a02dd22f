#include <array>

#include <gtest/gtest.h>

#include <otaru/bytes.hpp>

namespace otaru {
namespace {

TEST(Bytes, LittleEndianIntegersSurviveARoundTrip) {
  std::array<std::byte, 4> memory{};
  store_le32(memory, 0x8195'8711);
  EXPECT_EQ(memory[0], std::byte{0x11});
  EXPECT_EQ(memory[3], std::byte{0x81});
  EXPECT_EQ(load_le32(memory), 0x8195'8711u);
}

TEST(Bytes, ByteSumWrapsAt32BitsAndContinuesFromAnEarlierSum) {
  const std::array<std::byte, 2> two{std::byte{0xFF}, std::byte{2}};
  EXPECT_EQ(byte_sum(two), 0x101u);
  EXPECT_EQ(byte_sum(two, 0xFFFF'FFFF), 0x100u);
}

TEST(Bytes, BlankMeansEveryByteErased) {
  std::array<std::byte, 3> memory{std::byte{0xFF}, std::byte{0xFF}, std::byte{0xFF}};
  EXPECT_TRUE(is_blank(memory));
  memory[2] = std::byte{0xFE};
  EXPECT_FALSE(is_blank(memory));
}

TEST(Bytes, AlignmentRoundsToTheStepAndKeepsMultiples) {
  EXPECT_EQ(align_up(4097, 4096), 8192u);
  EXPECT_EQ(align_up(4096, 4096), 4096u);
  EXPECT_EQ(align_down(8191, 4096), 4096u);
}

}  // namespace
}  // namespace otaru
