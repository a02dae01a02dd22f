#include <array>

#include <gtest/gtest.h>

#include <otaru/image/segment.hpp>

namespace otaru::image {
namespace {

TEST(SegmentHeader, ReadsTheFieldsBehindTheSignature) {
  std::array<std::byte, kSegmentHeaderSize> header{};
  store_le32(MutableBytes(header).subspan(8), 0x1'7720);
  store_le32(MutableBytes(header).subspan(12), 0x0C00'0020);
  store_le32(MutableBytes(header).subspan(16), 0xFFFF'FFFF);
  const SegmentHeader fields = read_segment_header(header);
  EXPECT_EQ(fields.size, 0x1'7720u);
  EXPECT_EQ(fields.load_address, 0x0C00'0020u);
  EXPECT_EQ(fields.secure_boot, 0xFFFF'FFFFu);
}

TEST(Signature, IsFoundOnlyWhereAllEightBytesStand) {
  EXPECT_TRUE(starts_with(kImage2Signature, kImage2Signature));
  EXPECT_FALSE(starts_with(Bytes(kImage2Signature).first(7), kImage2Signature));
  EXPECT_FALSE(starts_with(kImage2Signature, kCalibrationPattern));
  std::size_t tried = 0;
  for (std::size_t i = 0; i < kSignatureSize; ++i, ++tried) {
    Signature damaged = kImage2Signature;
    damaged[i] ^= std::byte{0x01};
    EXPECT_FALSE(starts_with(damaged, kImage2Signature)) << "byte " << i;
  }
  EXPECT_EQ(tried, 8u);
}

}  // namespace
}  // namespace otaru::image
