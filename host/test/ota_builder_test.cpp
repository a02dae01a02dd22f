#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <image/made_image2.hpp>

#include <otaru/host/failure.hpp>
#include <otaru/host/ota_builder.hpp>

#include "golden.hpp"

namespace otaru::host {
namespace {

using image::ImageId;
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

ImageInput input(const char* name, ImageId id = ImageId::ota1) {
  return {id, name, golden(name)};
}
ImageInput made(File content, ImageId id = ImageId::ota1) {
  return {id, "made.bin", std::move(content)};
}

PackOptions options(Compatibility compatibility, std::uint32_t version = image::kDefaultVersion) {
  PackOptions result;
  result.compatibility = compatibility;
  result.version = version;
  return result;
}

TEST(OtaBuilder, ReproducesTheImageToolsFileByteForByte) {
  EXPECT_EQ(pack({input("image2-small.bin")}, options(Compatibility::imagetool)).content,
            golden("ota-one-imagetool.bin"));
}

TEST(OtaBuilder, ReproducesTheSdksFileByteForByte) {
  EXPECT_EQ(pack({input("image2-small.bin")}, options(Compatibility::sdk)).content,
            golden("ota-one-sdk.bin"));
}

TEST(OtaBuilder, ReproducesAFileWithAVersionByteForByte) {
  EXPECT_EQ(pack({input("image2-psram.bin")}, options(Compatibility::imagetool, 0x0102'0304)).content,
            golden("ota-one-version-0x01020304.bin"));
}

TEST(OtaBuilder, ReproducesAFileOfThreeImagesByteForByte) {
  const PackedFile packed = pack({input("image2-no-psram.bin"), input("blob-3001.bin", ImageId::ota2),
                                  input("blob-1234.bin", ImageId::rdp)},
                                 options(Compatibility::imagetool, 0x0102'0304));
  EXPECT_EQ(packed.content, golden("ota-three-imagetool.bin"));
  EXPECT_TRUE(packed.findings.ok());
  EXPECT_THAT(codes(packed.findings.warnings), Contains("several_images"));
}

TEST(OtaBuilder, WritesTheAddressesOfTheSlots) {
  PackOptions usual;
  EXPECT_EQ(flash_address(ImageId::ota1, usual), 0x0800'6000u);
  EXPECT_EQ(flash_address(ImageId::ota2, usual), 0x0810'6000u);
  EXPECT_EQ(flash_address(ImageId::rdp, usual), 0xFFFF'FFFFu) << "the flash map has no place for it";
  usual.layout = &flash::kAmebaD4MbFactory;
  EXPECT_EQ(flash_address(ImageId::ota2, usual), 0x0820'6000u);
}

TEST(OtaBuilder, WritesTheGivenAddressForTheFirstImageOnly) {
  PackOptions given;
  given.address = 0x0800'B000;
  const PackedFile packed =
      pack({input("image2-small.bin"), input("image2-psram.bin", ImageId::ota2)}, given);
  EXPECT_EQ(packed.header.images[0].flash_address, 0x0800'B000u);
  EXPECT_EQ(packed.header.images[1].flash_address, 0x0810'6000u);
}

TEST(OtaBuilder, MakesWhatCoreReads) {
  const PackedFile packed = pack({made(image::made_image2())}, {});
  const auto read = image::parse_ota_header(packed.content, 1);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->file_size(), packed.content.size());
  EXPECT_EQ(read->images[0].sum, byte_sum(Bytes(packed.content).subspan(32)));
  EXPECT_THAT(codes(packed.findings.problems), IsEmpty());
}

TEST(OtaBuilder, SaysWhatIsWrongWithAnImage2AndWhere) {
  File image = image::made_image2();
  image[image::km4_offset(image)] = std::byte{0};
  const PackedFile packed = pack({made(image)}, {});
  ASSERT_THAT(codes(packed.findings.problems), ElementsAre("km4_signature"));
  EXPECT_EQ(packed.findings.problems[0].offset, image::km4_offset(image));
  EXPECT_FALSE(packed.content.empty()) << "a person may insist";
}

TEST(OtaBuilder, KnowsWhatIsOftenGivenByMistake) {
  const PackedFile twice = pack({input("ota-one-sdk.bin")}, {});
  ASSERT_THAT(codes(twice.findings.problems), ElementsAre("not_image2"));
  EXPECT_THAT(twice.findings.problems[0].message, HasSubstr("an OTA file already"));

  File boot(image::kSegmentHeaderSize + 10);
  std::ranges::copy(image::kCalibrationPattern, boot.begin());
  EXPECT_THAT(pack({made(boot)}, {}).findings.problems.at(0).message, HasSubstr("boot image"));
  EXPECT_THAT(pack({input("blob-1234.bin")}, {}).findings.problems.at(0).message, HasSubstr("81958711"));
  EXPECT_THROW(pack({made({})}, {}), BadInput);
}

TEST(OtaBuilder, FindsAnImageOneByteTooLargeForItsSlot) {
  File image = image::made_image2();
  image.resize(1'019'904, std::byte{0xFF});
  EXPECT_TRUE(pack({made(image)}, {}).findings.ok());
  image.push_back(std::byte{0xFF});
  EXPECT_THAT(codes(pack({made(image)}, {}).findings.problems), ElementsAre("image_length"));
}

// The stock tool draws such an overlap in red, and writes the file all the same.
TEST(OtaBuilder, FindsImagesWhoseAddressesOverlap) {
  File image = image::made_image2();
  image.resize(0x0808'0000 - 0x0800'B000, std::byte{0xFF});
  const auto two = [&image] {
    return pack({made(image), input("image2-small.bin", ImageId::ota2)}, options(Compatibility::imagetool));
  };
  EXPECT_THAT(codes(two().findings.problems), IsEmpty());
  image.push_back(std::byte{0xFF});
  EXPECT_THAT(codes(two().findings.problems), ElementsAre("overlap"));
}

TEST(OtaBuilder, FindsAnAddressThatIsInNoSlot) {
  PackOptions given;
  for (std::uint32_t address : {0u, 0x0800'5FFFu, 0x080F'F000u, 0x0810'0000u, 0x0820'0000u, 0xFFFF'F000u}) {
    given.address = address;
    EXPECT_FALSE(pack({input("image2-small.bin")}, given).findings.ok()) << address;
  }
  given.address = 0xFFFF'FFFF;
  EXPECT_TRUE(pack({input("image2-small.bin")}, given).findings.ok()) << "none is stated";
}

// 0x0800B000 is not where a slot starts, so a large image passes its end; boards ignore the field.
TEST(OtaBuilder, WritesTheImageToolsAddressForTheLargestImageToo) {
  File image = image::made_image2();
  image.resize(1'019'904, std::byte{0xFF});
  const PackedFile packed = pack({made(image)}, options(Compatibility::imagetool));
  EXPECT_TRUE(packed.findings.ok());
  EXPECT_THAT(codes(packed.findings.warnings), Contains("out_of_slot"));
}

TEST(OtaBuilder, ReportsWhatItWrote) {
  const std::vector<ImageInput> inputs{input("image2-small.bin")};
  const PackedFile packed = pack(inputs, options(Compatibility::imagetool));
  const auto json = to_json(packed, inputs, std::string("OTA_All.bin"));
  EXPECT_EQ(json["output"], "OTA_All.bin");
  EXPECT_EQ(json["size"], 16416);
  EXPECT_EQ(json["sha256"], "edd373d54ff5377b3203b711829eaee012f702db135ce253f091e7bb2427a49d");
  EXPECT_EQ(json["version"], "0xFFFFFFFF");
  EXPECT_EQ(json["images"][0]["id"], "OTA1");
  EXPECT_EQ(json["images"][0]["flash_address"], "0x0800B000");
  EXPECT_TRUE(to_json(packed, inputs, std::nullopt)["output"].is_null());
  EXPECT_THAT(to_text(packed, inputs, "OTA_All.bin"), HasSubstr("Wrote OTA_All.bin: 16,416 bytes"));
}

}  // namespace
}  // namespace otaru::host
