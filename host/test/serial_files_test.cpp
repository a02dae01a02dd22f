#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/ota_builder.hpp>
#include <otaru/host/serial_files.hpp>

#include "image/made_image2.hpp"
#include "temporary_folder.hpp"

namespace otaru::host::serial {
namespace {

using flash::kAmebaD2Mb;

class SerialFiles : public ::testing::Test {
 protected:
  std::string save(const char* name, const std::vector<std::byte>& content) {
    write_file(folder_ / name, content);
    return (folder_ / name).string();
  }
  static std::vector<std::byte> boot_image() {
    std::vector<std::byte> content(0x800, std::byte{0x33});
    copy(image::kCalibrationPattern, content);
    store_le32(MutableBytes(content).subspan(8), 0x7E0);
    store_le32(MutableBytes(content).subspan(12), 0x1000'0000);
    return content;
  }

  TemporaryFolder folder_;
};

TEST_F(SerialFiles, EachFileGoesWhereItBelongs) {
  const auto image = image::made_image2();
  const auto pieces = load_pieces({save("km0_boot_all.bin", boot_image()),
                                   save("km4_boot_all.bin", boot_image()), save("km0_km4_image2.bin", image)},
                                  kAmebaD2Mb, false);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[0].offset, 0u);
  EXPECT_EQ(pieces[1].offset, 0x4000u);
  EXPECT_EQ(pieces[2].offset, 0x6000u);
  EXPECT_EQ(pieces[2].bytes, image);
}

TEST_F(SerialFiles, TheImageOfAnOtaFileGoesIntoOta1WhateverAddressItStates) {
  const auto image = image::made_image2();
  PackOptions options;
  options.compatibility = Compatibility::imagetool;
  const auto packed = pack({{image::ImageId::ota1, "image", image}}, options);
  const auto pieces = load_pieces({save("OTA_All.bin", packed.content)}, kAmebaD2Mb, false);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].offset, 0x6000u);
  EXPECT_EQ(pieces[0].bytes, image);
}

TEST_F(SerialFiles, AnAddressIsObeyed) {
  const std::string file = save("settings", {std::byte{1}, std::byte{2}});
  EXPECT_EQ(load_pieces({file + "@0x08100010"}, kAmebaD2Mb, false)[0].offset, 0x10'0010u);
  EXPECT_THROW((void)load_pieces({file}, kAmebaD2Mb, false), BadInput);
  EXPECT_THROW((void)load_pieces({file + "@0x00100010"}, kAmebaD2Mb, true), BadInput);
  EXPECT_THROW((void)load_pieces({file + "@0x081FFFFF"}, kAmebaD2Mb, true), BadInput);
}

TEST_F(SerialFiles, AnImageThatWouldNotBootNeedsForce) {
  auto image = image::made_image2();
  image[4096] = std::byte{0};  // KM4's signature: a board hangs there
  const std::string file = save("image2", image);
  EXPECT_THROW((void)load_pieces({file}, kAmebaD2Mb, false), BadInput);
  EXPECT_EQ(load_pieces({file}, kAmebaD2Mb, true).size(), 1u);
}

TEST_F(SerialFiles, OverlapsAreNeverTaken) {
  const std::string file = save("image2", image::made_image2());
  for (const bool insist : {false, true})
    EXPECT_THROW((void)load_pieces({file, file + "@0x08007000"}, kAmebaD2Mb, insist), BadInput);
}

}  // namespace
}  // namespace otaru::host::serial
