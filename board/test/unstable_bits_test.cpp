#include <array>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/board/unstable_bits.hpp>

namespace otaru::board {
namespace {

constexpr std::uint32_t kSector = flash::kSectorSize;

/// Bits of the byte at `at` that were seen both as 0 and as 1 in 64 reads of what is stored as 0xF0.
std::byte changing(const UnstableBits& bits, std::uint32_t at) {
  Random random(7);
  std::byte ones{0}, zeros{0};
  for (int i = 0; i < 64; ++i) {
    std::array read{std::byte{0xF0}};
    bits.blur(at, read, random);
    ones |= read[0];
    zeros |= ~read[0];
  }
  return ones & zeros;
}

TEST(UnstableBits, ReadAsBothAndTheirNeighboursDoNot) {
  UnstableBits bits;
  EXPECT_TRUE(bits.empty());
  bits.add(100, std::byte{0x81});
  bits.add(100, std::byte{0x02});
  EXPECT_FALSE(bits.empty());
  EXPECT_EQ(changing(bits, 100), std::byte{0x83});
  EXPECT_EQ(changing(bits, 99), std::byte{0});
  EXPECT_EQ(changing(bits, 101), std::byte{0});
  EXPECT_EQ(changing(bits, 100 + kSector), std::byte{0});
}

TEST(UnstableBits, NoBitsAreNoSector) {
  UnstableBits bits;
  bits.add(100, std::byte{0});
  EXPECT_TRUE(bits.empty());
}

TEST(UnstableBits, AreFoundByAReadThatCrossesSectors) {
  UnstableBits bits;
  bits.add(kSector - 1, std::byte{0xFF});
  bits.add(2 * kSector, std::byte{0xFF});
  Random random(1);
  std::vector<std::byte> read(2 * kSector, std::byte{0xAA});
  bits.blur(kSector - 1, read, random);
  EXPECT_NE(read.front(), std::byte{0xAA});
  EXPECT_NE(read[kSector + 1], std::byte{0xAA});
  read.front() = read[kSector + 1] = std::byte{0xAA};
  EXPECT_EQ(read, std::vector<std::byte>(2 * kSector, std::byte{0xAA}));
}

TEST(UnstableBits, AreStableOnceAProgramClearsThem) {
  UnstableBits bits;
  bits.add(5, std::byte{0xFF});
  bits.programmed(4, std::array{std::byte{0}, std::byte{0xF0}, std::byte{0}});
  EXPECT_EQ(changing(bits, 5), std::byte{0xF0});
}

TEST(UnstableBits, AreStableOnceAnEraseLiftsThem) {
  UnstableBits bits;
  bits.add(kSector - 1, std::byte{1});
  bits.add(kSector, std::byte{1});
  bits.add(2 * kSector, std::byte{1});
  bits.erased(kSector, kSector);
  EXPECT_EQ(changing(bits, kSector - 1), std::byte{1});
  EXPECT_EQ(changing(bits, kSector), std::byte{0});
  EXPECT_EQ(changing(bits, 2 * kSector), std::byte{1});
  bits.erased(0, 3 * kSector);
  EXPECT_TRUE(bits.empty());
}

TEST(UnstableBits, HalfAnErasedSectorKeepsTheOtherHalf) {
  UnstableBits bits;
  bits.add(10, std::byte{1});
  bits.add(kSector / 2 + 10, std::byte{1});
  bits.erased(0, kSector / 2);
  EXPECT_EQ(changing(bits, 10), std::byte{0});
  EXPECT_EQ(changing(bits, kSector / 2 + 10), std::byte{1});
}

}  // namespace
}  // namespace otaru::board
