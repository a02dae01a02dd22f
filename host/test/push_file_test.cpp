#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/ota_builder.hpp>
#include <otaru/host/push_file.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::host {
namespace {

using Content = std::vector<std::byte>;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// KM0 in the first 4 KiB, KM4 in the second, each an XIP and a RAM segment.
Content small_image2() {
  constexpr std::uint32_t kPart = 4096;
  constexpr std::uint32_t kXip = 100;
  constexpr std::uint32_t kLoad[2][2]{{0x0C00'0020, 0x0008'3000}, {0x0E00'0020, 0x1000'5000}};
  Content image(2 * kPart, std::byte{0xFF});
  for (std::uint32_t part = 0; part < 2; ++part) {
    for (std::uint32_t segment = 0; segment < 2; ++segment) {
      const MutableBytes header =
          MutableBytes(image).subspan(part * kPart + segment * (image::kSegmentHeaderSize + kXip));
      std::copy(image::kImage2Signature.begin(), image::kImage2Signature.end(), header.begin());
      store_le32(header.subspan(8), kXip);
      store_le32(header.subspan(12), kLoad[part][segment]);
      std::fill_n(header.begin() + image::kSegmentHeaderSize, kXip, std::byte{0x5A});
    }
  }
  return image;
}

Content packed(std::vector<ImageInput> inputs, std::uint32_t version = 0x0102'0304) {
  PackOptions options;
  options.version = version;
  return pack(inputs, options).content;
}

std::string refusal(Content bytes) {
  try {
    (void)check_push_file("a.bin", std::move(bytes));
  } catch (const BadInput& failure) {
    return failure.what();
  }
  return {};
}

TEST(PushFile, PushesAnOtaFileAsItIs) {
  const Content ota = packed({{image::ImageId::ota1, "i", small_image2()}});
  const PushFile file = check_push_file("OTA_All.bin", ota);
  EXPECT_EQ(file.bytes, ota);
  EXPECT_FALSE(file.packed);
  EXPECT_EQ(file.version, 0x0102'0304u);
}

TEST(PushFile, PacksAnImage2OnTheWay) {
  const PushFile file = check_push_file("km0_km4_image2.bin", small_image2());
  EXPECT_TRUE(file.packed);
  EXPECT_EQ(file.version, image::kDefaultVersion);
  EXPECT_EQ(file.bytes, packed({{image::ImageId::ota1, "i", small_image2()}}, image::kDefaultVersion));
}

TEST(PushFile, WarnsOfCodeLinkedForAnotherChip) {
  const auto codes = [](Content image) {
    std::vector<std::string> said;
    for (const Finding& warning : check_push_file("a.bin", std::move(image)).warnings)
      said.push_back(warning.code);
    return said;
  };
  Content image = small_image2();
  EXPECT_THAT(codes(image), ElementsAre("no_marker"));
  store_le32(MutableBytes(image).subspan(4096 + 12), 0x1010'0020);  // KM4's first segment
  EXPECT_THAT(codes(image), ElementsAre("no_marker", "load_address"));

  using namespace std::string_view_literals;
  constexpr auto kMarker = "\x7FOTARU-IMAGE/1\nname=A\nversion=1.0.0\nboard=mps2_an505\nlibrary=0.1.0\n\0"sv;
  copy(std::as_bytes(std::span(kMarker)), MutableBytes(image).subspan(image::kSegmentHeaderSize));
  EXPECT_THAT(codes(image), IsEmpty()) << "it says itself that it is for another board";
}

TEST(PushFile, RefusesAFileWithSeveralImages) {
  const std::string message = refusal(
      packed({{image::ImageId::ota1, "i", small_image2()}, {image::ImageId::ota2, "j", small_image2()}}));
  EXPECT_THAT(message, HasSubstr("'a.bin' cannot be pushed. It holds 2 images"));
}

TEST(PushFile, RefusesAnRdpImage) {
  EXPECT_THAT(refusal(packed({{image::ImageId::rdp, "i", small_image2()}})), HasSubstr("RDP"));
}

TEST(PushFile, RefusesWhatIsNoProgram) {
  EXPECT_THAT(refusal({}), HasSubstr("neither an OTA file nor an image 2"));
  EXPECT_THAT(refusal(Content(5000, std::byte{7})), HasSubstr("neither an OTA file nor an image 2"));
  Content boot = small_image2();
  std::copy(image::kCalibrationPattern.begin(), image::kCalibrationPattern.end(), boot.begin());
  EXPECT_THAT(refusal(boot), HasSubstr("boot image"));
}

TEST(PushFile, RefusesADamagedFile) {
  const Content ota = packed({{image::ImageId::ota1, "i", small_image2()}});
  Content flipped = ota;
  flipped[32 + 40] ^= std::byte{1};
  EXPECT_THAT(refusal(flipped), HasSubstr("add up"));

  EXPECT_THAT(refusal(Content(ota.begin(), ota.end() - 1)), HasSubstr("missing"));
  EXPECT_THAT(refusal(Content(ota.begin(), ota.begin() + 20)), Not(testing::IsEmpty()));

  Content longer = ota;
  longer.push_back(std::byte{0});
  EXPECT_THAT(refusal(longer), HasSubstr("follow"));
}

// A stock board takes such an image, and then hangs at every start.
TEST(PushFile, RefusesAnImageWhoseKm4PartIsMissing) {
  Content image = small_image2();
  image[4096] = std::byte{0};
  EXPECT_THAT(refusal(image), HasSubstr("KM4"));
  EXPECT_THAT(refusal(packed({{image::ImageId::ota1, "i", image}})), HasSubstr("KM4"));
}

TEST(PushFile, RefusesAFileThatIsNotThere) {
  EXPECT_THROW((void)load_push_file("no/such/file.bin"), BadInput);
  EXPECT_THROW((void)load_push_file("."), BadInput);
}

}  // namespace
}  // namespace otaru::host
