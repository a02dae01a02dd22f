#include <stdexcept>

#include <gtest/gtest.h>

#include <otaru/board/sample_image.hpp>
#include <otaru/image/image2.hpp>

namespace otaru::board {
namespace {

/// What core finds wrong with an image; and the offset behind its last segment's padding.
Status judge(Bytes image, std::uint32_t& padded_end) {
  image::Image2Stream stream(static_cast<std::uint32_t>(image.size()));
  if (const Status status = stream.feed(image); status != Status::ok) return status;
  padded_end = stream.walk().padded_end();
  return stream.finish();
}

TEST(SampleImage, IsAWholeImage2OfExactlyTheSizeAskedFor) {
  for (const std::uint32_t size : {kSmallestSampleImage, 184'320u, 300'001u, 737'280u, 1'019'904u}) {
    const std::vector<std::byte> image = make_sample_image(size, 1);
    EXPECT_EQ(image.size(), size);
    std::uint32_t padded_end = 0;
    EXPECT_EQ(judge(image, padded_end), Status::ok) << size;
    EXPECT_EQ(padded_end, align_up(size, image::kPartAlignment)) << size;
  }
}

TEST(SampleImage, IsTheSameForTheSameSeedAndAnotherForAnother) {
  EXPECT_EQ(make_sample_image(65'536, 1), make_sample_image(65'536, 1));
  EXPECT_NE(make_sample_image(65'536, 1), make_sample_image(65'536, 2));
}

TEST(SampleImage, RefusesASizeThatHoldsNoSegments) {
  EXPECT_THROW(make_sample_image(kSmallestSampleImage - 1, 1), std::invalid_argument);
}

}  // namespace
}  // namespace otaru::board
