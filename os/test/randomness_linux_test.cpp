#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include <otaru/os/randomness.hpp>

namespace otaru::os {
namespace {

TEST(FillRandom, FillsAllOfIt) {
  // 32 bytes of 0 by chance are as good as impossible, at either end of a buffer longer than one system call
  // gives.
  std::array<std::byte, 4096> buffer{};
  ASSERT_TRUE(fill_random(buffer));
  const auto is_zero = [](std::byte b) { return b == std::byte{0}; };
  EXPECT_FALSE(std::all_of(buffer.begin(), buffer.begin() + 32, is_zero));
  EXPECT_FALSE(std::all_of(buffer.end() - 32, buffer.end(), is_zero));
}

}  // namespace
}  // namespace otaru::os
