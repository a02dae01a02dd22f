#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/placement.hpp>
#include <otaru/image/segment.hpp>

#include "golden.hpp"
#include "temporary_folder.hpp"

namespace otaru::host {
namespace {

using flash::kAmebaD2Mb;

std::vector<PlacedRange> placed(const char* name, std::optional<std::uint32_t> address = {},
                                const flash::Layout& layout = kAmebaD2Mb) {
  return place({name, address}, golden(name), layout);
}

std::vector<std::byte> boot_image(std::uint32_t load_address) {
  std::vector<std::byte> content(64);
  std::ranges::copy(image::kCalibrationPattern, content.begin());
  store_le32(MutableBytes(content).subspan(8), 32);
  store_le32(MutableBytes(content).subspan(12), load_address);
  return content;
}

TEST(FileArgument, EndsAtTheLastAtSignIfANumberFollows) {
  EXPECT_EQ(parse_file_argument("a.bin").file, "a.bin");
  EXPECT_FALSE(parse_file_argument("a.bin").address.has_value());
  const FileArgument both = parse_file_argument("a@b.bin@0x08006000");
  EXPECT_EQ(both.file, "a@b.bin");
  EXPECT_EQ(both.address, 0x0800'6000u);
  EXPECT_EQ(parse_file_argument("a@134242304").address, 0x0800'6000u);
}

TEST(FileArgument, MayNameAFileThatHasAnAtSign) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a@home.bin").string();
  EXPECT_THROW(parse_file_argument(path), BadInput) << "no such file yet";
  write_file(path, std::string_view("x"));
  EXPECT_EQ(parse_file_argument(path).file, path);
}

TEST(FileArgument, WithSomethingElseThanAnAddressIsRefused) {
  for (const char* text : {"a.bin@", "a.bin@0x", "a.bin@here", "a.bin@0x100000000", "a.bin@-1"})
    EXPECT_THROW(parse_file_argument(text), BadInput) << text;
}

TEST(Placement, PutsAnImage2IntoOta1UnlessToldOtherwise) {
  EXPECT_EQ(placed("image2-small.bin").at(0).address, 0x0800'6000u);
  EXPECT_EQ(placed("image2-small.bin", 0x0810'6000).at(0).address, 0x0810'6000u);
}

TEST(Placement, PutsImagesOfAnOtaFileAtTheirAddressIfThatIsInFlash) {
  EXPECT_EQ(placed("ota-one-imagetool.bin").at(0).address, 0x0800'B000u);
  EXPECT_EQ(placed("ota-one-imagetool.bin").at(0).size, 16384u) << "the image, not the file";
  EXPECT_EQ(placed("ota-one-sdk.bin").at(0).address, 0x0800'6000u) << "0xFFFFFFFF is not";
  EXPECT_EQ(placed("ota-one-sdk.bin", 0x0810'6000).at(0).address, 0x0810'6000u);
  const auto three = placed("ota-three-imagetool.bin");
  ASSERT_EQ(three.size(), 3u);
  EXPECT_EQ(three[1].label(), "ota-three-imagetool.bin (OTA2)");
  EXPECT_EQ(three[2].address, 0x080F'F000u);
}

TEST(Placement, PutsAnImageWithoutAddressIntoTheSlotOfItsId) {
  std::vector<std::byte> file = golden("ota-one-sdk.bin");
  file[11] = std::byte{'2'};
  EXPECT_EQ(place({"f", {}}, file, kAmebaD2Mb).at(0).address, 0x0810'6000u);
  EXPECT_EQ(place({"f", {}}, file, flash::kAmebaD4MbFactory).at(0).address, 0x0820'6000u);
}

TEST(Placement, PutsABootImageWhereItsLoadAddressOrItsNameTells) {
  EXPECT_EQ(place({"x", {}}, boot_image(0x0800'0020), kAmebaD2Mb).at(0).address, 0x0800'0000u);
  EXPECT_EQ(place({"x", {}}, boot_image(0x0800'4020), kAmebaD2Mb).at(0).address, 0x0800'4000u);
  EXPECT_EQ(place({"km4_boot_all.bin", {}}, boot_image(0x1000'0000), kAmebaD2Mb).at(0).address, 0x0800'4000u);
  EXPECT_EQ(place({"km4/km0_boot_all.bin", {}}, boot_image(0x1000'0000), kAmebaD2Mb).at(0).address,
            0x0800'0000u);
  EXPECT_THROW(place({"x", {}}, boot_image(0x1000'0000), kAmebaD2Mb), BadInput);
}

TEST(Placement, AsksForAnAddressWhereNothingTells) {
  EXPECT_THROW(placed("blob-1234.bin"), BadInput);
  EXPECT_EQ(placed("blob-1234.bin", 0x0801'0000).at(0).size, 1234u);
  EXPECT_THROW(placed("ota-three-imagetool.bin", 0x0800'6000), BadInput) << "one address for three images";
  EXPECT_THROW(place({"f", {}}, {}, kAmebaD2Mb), BadInput) << "an empty file";
}

TEST(Placement, RefusesADamagedOtaFile) {
  std::vector<std::byte> file = golden("ota-one-sdk.bin");
  file.pop_back();
  EXPECT_THROW(place({"f", {}}, file, kAmebaD2Mb), BadInput);
  file[12] = std::byte{25};
  EXPECT_THROW(place({"f", {}}, file, kAmebaD2Mb), BadInput);
}

}  // namespace
}  // namespace otaru::host
