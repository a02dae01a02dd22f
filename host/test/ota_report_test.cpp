#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/image_report.hpp>

#include "golden.hpp"

namespace otaru::host {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using File = std::vector<std::byte>;

std::vector<std::string> codes(const std::vector<Finding>& findings) {
  std::vector<std::string> result;
  std::ranges::transform(findings, std::back_inserter(result), &Finding::code);
  return result;
}

File with(File file, std::size_t at, std::uint32_t value) {
  store_le32(MutableBytes(file).subspan(at), value);
  return file;
}

std::vector<std::string> problems_of(const File& file) {
  return codes(inspect_file("f", file).findings.problems);
}

TEST(OtaReport, FindsNothingWrongWithTheReferenceFilesForBoards) {
  for (const char* name : {"ota-one-imagetool.bin", "ota-one-sdk.bin", "ota-one-version-0x01020304.bin"}) {
    const FileReport report = inspect_file(name, golden(name));
    EXPECT_EQ(report.kind, FileKind::ota_file);
    EXPECT_THAT(codes(report.findings.problems), IsEmpty()) << name;
    EXPECT_THAT(codes(report.findings.warnings), IsEmpty()) << name;
  }
}

TEST(OtaReport, WarnsThatBoardsTakeOneImageOnly) {
  const FileReport report = inspect_file("f", golden("ota-three-imagetool.bin"));
  EXPECT_TRUE(report.findings.ok());
  EXPECT_THAT(codes(report.findings.warnings), Contains("several_images"));
  ASSERT_EQ(report.images.size(), 3u);
  EXPECT_EQ(report.images[2].id, "RDP");
  EXPECT_EQ(report.images[2].flash_address, 0x080F'F000u);
}

/// One field of the one-image header, a wrong value, and what must be said.
struct Damage {
  std::size_t at;
  std::uint32_t value;
  const char* code;
};

class OneWrongHeaderField : public ::testing::TestWithParam<Damage> {};

TEST_P(OneWrongHeaderField, IsFoundAtItsOffset) {
  const Damage& damage = GetParam();
  const FileReport report = inspect_file("f", with(golden("ota-one-sdk.bin"), damage.at, damage.value));
  ASSERT_EQ(report.kind, FileKind::ota_file);
  ASSERT_FALSE(report.findings.problems.empty());
  EXPECT_EQ(report.findings.problems[0].code, damage.code);
  EXPECT_EQ(report.findings.problems[0].offset, damage.at);
}

INSTANTIATE_TEST_SUITE_P(OtaReport, OneWrongHeaderField,
                         ::testing::Values(Damage{4, 0, "header_count"}, Damage{4, 4, "header_count"},
                                           Damage{8, 0x3341'544F, "image_id"},
                                           Damage{12, 32, "header_length"}, Damage{16, 1, "image_sum"},
                                           Damage{20, 0, "image_length"},
                                           Damage{20, 0xFFFF'FFFF, "image_length"},
                                           Damage{20, 16385, "too_short"}, Damage{24, 0, "image_offset"},
                                           Damage{24, 0x8000'0000, "image_offset"}));

TEST(OtaReport, FindsEveryFaultAndNotJustTheFirst) {
  File file = golden("ota-three-imagetool.bin");
  file = with(file, 8, 0x3141'544E);  // the first id
  file = with(file, 36, 25);          // the second header's length
  file = with(file, 72, 11);          // the third image's offset
  file = with(file, 64, 1);           // the third image's sum
  file.push_back(std::byte{0});
  EXPECT_THAT(problems_of(file),
              ElementsAre("image_id", "header_length", "image_offset", "image_sum", "trailing_bytes"));
}

TEST(OtaReport, ChecksTheImageWhereItIsEvenIfTheOffsetIsWrong) {
  EXPECT_THAT(problems_of(with(golden("ota-one-sdk.bin"), 24, 33)), ElementsAre("image_offset"));
}

TEST(OtaReport, LooksIntoTheImage) {
  File file = golden("ota-one-sdk.bin");
  file[32 + 0x2000] ^= std::byte{1};
  const FileReport report = inspect_file("f", file);
  EXPECT_THAT(codes(report.findings.problems), ElementsAre("image_sum", "km4_signature"));
  EXPECT_EQ(report.findings.problems[1].offset, 32u + 0x2000u);
}

// One image of any id but RDP goes to a board, so it has to be right.
TEST(OtaReport, RefusesOneImageThatIsNoImage2) {
  File file = golden("ota-one-sdk.bin");
  file[32] ^= std::byte{1};
  EXPECT_THAT(problems_of(with(file, 8, 0x3241'544F)), Contains("km0_signature"));
}

TEST(OtaReport, OfACutFileSaysSoAtEveryLengthOfItsHeaderAndManyOfItsImages) {
  const File file = golden("ota-three-imagetool.bin");
  std::size_t lengths = 0;
  for (std::size_t length = 16; length < file.size(); length += length < 200 ? 1 : 61, ++lengths) {
    const File cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
    ASSERT_THAT(problems_of(cut), Contains("too_short")) << length;
  }
  EXPECT_GT(lengths, 300u);
}

TEST(OtaReport, ShowsAnIdThatIsNoText) {
  const FileReport report = inspect_file("f", with(golden("ota-one-sdk.bin"), 8, 0xFF00'1B41));
  ASSERT_EQ(report.images.size(), 1u);
  EXPECT_EQ(report.images[0].id, "A\\x1B\\x00\\xFF");
}

}  // namespace
}  // namespace otaru::host
