#include <array>

#include <gtest/gtest.h>

#include <otaru/push/announcement.hpp>

namespace otaru::push {
namespace {

TEST(Announcement, IsTheSumAZeroAndTheSize) {
  std::array<std::byte, kAnnouncementSize> bytes;
  bytes.fill(std::byte{0xEE});
  write_announcement({.sum = 0x1122'3344, .size = 0x5566'7788}, bytes);
  const std::array<std::byte, kAnnouncementSize> expected{
      std::byte{0x44}, std::byte{0x33}, std::byte{0x22}, std::byte{0x11}, std::byte{0},    std::byte{0},
      std::byte{0},    std::byte{0},    std::byte{0x88}, std::byte{0x77}, std::byte{0x66}, std::byte{0x55}};
  EXPECT_EQ(bytes, expected);
}

TEST(Announcement, SurvivesARoundTrip) {
  for (const std::uint32_t value : {0u, 1u, 0x8000'0000u, 0xFFFF'FFFFu}) {
    std::array<std::byte, kAnnouncementSize> bytes{};
    write_announcement({.sum = value, .size = ~value}, bytes);
    EXPECT_EQ(read_announcement(bytes).sum, value);
    EXPECT_EQ(read_announcement(bytes).size, ~value);
  }
}

TEST(Announcement, TheMiddleWordSaysNothing) {
  std::array<std::byte, kAnnouncementSize> bytes{};
  write_announcement({.sum = 5, .size = 6}, bytes);
  for (std::size_t i = 4; i < 8; ++i) bytes[i] = std::byte{0xFF};
  EXPECT_EQ(read_announcement(bytes).sum, 5u);
  EXPECT_EQ(read_announcement(bytes).size, 6u);
}

}  // namespace
}  // namespace otaru::push
