#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <image/made_image2.hpp>

#include <otaru/host/image2_report.hpp>

#include "golden.hpp"

namespace otaru::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Image = std::vector<std::byte>;

std::vector<std::string> codes(const std::vector<Finding>& findings) {
  std::vector<std::string> result;
  std::ranges::transform(findings, std::back_inserter(result), &Finding::code);
  return result;
}

Findings inspect(const Image& image) {
  Findings findings;
  inspect_image2(image, 0, findings);
  return findings;
}

void put(Image& image, std::size_t at, std::uint32_t value) {
  store_le32(MutableBytes(image).subspan(at), value);
}

TEST(Image2Report, FindsNothingWrongWithTheReferenceImages) {
  for (const char* name : {"image2-small.bin", "image2-psram.bin", "image2-no-psram.bin"}) {
    const Findings findings = inspect(golden(name));
    EXPECT_THAT(codes(findings.problems), IsEmpty()) << name;
    EXPECT_THAT(codes(findings.warnings), IsEmpty()) << name;
  }
}

TEST(Image2Report, ListsSegmentsAndPaddingToTheLastByte) {
  const Image image = golden("image2-small.bin");
  Findings findings;
  const Image2Report report = inspect_image2(image, 0, findings);
  ASSERT_EQ(report.segments.size(), 5u);
  ASSERT_EQ(report.padding.size(), 2u);
  std::size_t bytes = 0;
  for (const auto& segment : report.segments) bytes += image::kSegmentHeaderSize + segment.header.size;
  for (const Padding& padding : report.padding) bytes += padding.size;
  EXPECT_EQ(bytes, image.size());
}

TEST(Image2Report, NamesTheOffsetInTheFile) {
  Image image = image::made_image2();
  image[image::km4_offset(image)] = std::byte{0};
  Findings findings;
  inspect_image2(image, 32, findings);
  ASSERT_EQ(findings.problems.size(), 1u);
  EXPECT_EQ(findings.problems[0].code, "km4_signature");
  EXPECT_EQ(findings.problems[0].offset, image::km4_offset(image) + 32);
  EXPECT_THAT(findings.problems[0].message, HasSubstr("hang"));
}

TEST(Image2Report, GoesOnBehindAMissingSignatureToTheNextFault) {
  Image image = image::made_image2();
  image[0] = std::byte{0};
  image[image::km4_offset(image)] = std::byte{0};
  EXPECT_THAT(codes(inspect(image).problems), ElementsAre("km0_signature", "km4_signature"));
}

TEST(Image2Report, TellsAWrongSizeFromAMissingSignature) {
  Image image = image::made_image2();
  put(image, 8, 0xFFFF'FFFF);
  const Findings wrong = inspect(image);
  ASSERT_THAT(codes(wrong.problems), ElementsAre("km0_segment"));
  EXPECT_THAT(wrong.problems[0].message, HasSubstr("4,294,967,295 bytes"));
  put(image, 8, 0);
  EXPECT_THAT(inspect(image).problems[0].message, HasSubstr("empty"));
}

TEST(Image2Report, SaysWhereAnImageWasCutOff) {
  Image image = image::made_image2();
  image.resize(4096);
  const Findings findings = inspect(image);
  ASSERT_THAT(codes(findings.problems), ElementsAre("km4_signature"));
  EXPECT_THAT(findings.problems[0].message, HasSubstr("ends after 4,096 bytes"));
}

// However much is missing, something is said, and nothing is read beyond the end.
TEST(Image2Report, SaysSomethingOfEveryCutImage) {
  const Image image = image::made_image2();
  std::size_t silent = 0;
  for (std::size_t length = 0; length < image.size(); ++length) {
    const Findings findings =
        inspect(Image(image.begin(), image.begin() + static_cast<std::ptrdiff_t>(length)));
    silent += findings.problems.empty() && findings.warnings.empty();
  }
  EXPECT_GT(image.size(), 8000u);
  EXPECT_EQ(silent, 0u);
}

TEST(Image2Report, WarnsOfCodeLinkedForAnotherChip) {
  Image image = image::made_image2();
  put(image, 12, 0x0800'6020);
  put(image, image::km4_offset(image) + 12, 0x0E00'0000);
  const Findings findings = inspect(image);
  EXPECT_TRUE(findings.ok());
  EXPECT_THAT(codes(findings.warnings), ElementsAre("load_address", "load_address"));
}

TEST(Image2Report, WarnsOfWhatBelongsToNoSegment) {
  Image image = image::made_image2();
  image[image.size() - 1] = std::byte{0};
  EXPECT_THAT(codes(inspect(image).warnings), ElementsAre("padding"));
  image = image::made_image2();
  image.resize(image.size() + 4096, std::byte{1});
  EXPECT_THAT(codes(inspect(image).warnings), ElementsAre("trailing_bytes"));
}

TEST(Image2Report, WarnsOfALengthThatNoLinkerLeaves) {
  Image image = image::made_image2();
  image.pop_back();
  EXPECT_THAT(codes(inspect(image).warnings), ElementsAre("odd_length"));
}

TEST(Image2Report, FindsAnImageOneByteTooLargeForASlot) {
  Image image = image::made_image2();
  image.resize(1'019'904, std::byte{0xFF});
  EXPECT_TRUE(inspect(image).ok());
  image.push_back(std::byte{0xFF});
  EXPECT_THAT(codes(inspect(image).problems), ElementsAre("image_length"));
}

Image boot_image(std::uint32_t size) {
  Image image(image::kSegmentHeaderSize + size, std::byte{0x11});
  std::ranges::copy(image::kCalibrationPattern, image.begin());
  put(image, 8, size);
  put(image, 12, 0x0800'0020);
  return image;
}

TEST(BootImageReport, ReadsItsHeaders) {
  Findings findings;
  const auto segments = inspect_boot_image(boot_image(100), findings);
  ASSERT_EQ(segments.size(), 1u);
  EXPECT_EQ(segments[0].header.size, 100u);
  EXPECT_TRUE(findings.ok());
}

TEST(BootImageReport, FindsASegmentThatLeavesTheFileAndAFileThatLeavesItsPlace) {
  Image image = boot_image(100);
  put(image, 8, 101);
  Findings findings;
  inspect_boot_image(image, findings);
  EXPECT_THAT(codes(findings.problems), ElementsAre("boot_segment"));

  Findings large;
  inspect_boot_image(boot_image(8192 - 31), large);
  EXPECT_THAT(codes(large.problems), ElementsAre("image_length"));

  Findings cut;
  image.resize(31);
  inspect_boot_image(image, cut);
  EXPECT_THAT(codes(cut.problems), ElementsAre("boot_segment"));
}

}  // namespace
}  // namespace otaru::host
