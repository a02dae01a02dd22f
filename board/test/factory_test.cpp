#include <algorithm>
#include <vector>

#include <flash/ram_flash.hpp>
#include <gtest/gtest.h>

#include <otaru/board/factory.hpp>
#include <otaru/board/nor_model.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::board {
namespace {

using flash::kPageSize;
using flash::kSectorSize;
using flash::Region;

class FactoryFlash : public testing::TestWithParam<const flash::Layout*> {
 protected:
  Bytes in(const Region& region) const { return Bytes(flash_).subspan(region.offset, region.size); }

  const flash::Layout& layout_ = *GetParam();
  std::vector<std::byte> flash_ = make_factory_flash(layout_);
};

INSTANTIATE_TEST_SUITE_P(Every, FactoryFlash, testing::ValuesIn(flash::kLayouts), [](const auto& instance) {
  std::string name(instance.param->name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_P(FactoryFlash, FillsThePartAndIsAlwaysTheSame) {
  EXPECT_EQ(flash_.size(), layout_.size);
  EXPECT_EQ(flash_, make_factory_flash(layout_));
}

TEST_P(FactoryFlash, HoldsTwoBootImages) {
  for (const Region& region : {layout_.km0_boot, layout_.km4_boot}) {
    const Bytes boot = in(region);
    EXPECT_TRUE(image::starts_with(boot, image::kCalibrationPattern));
    const image::SegmentHeader header = image::read_segment_header(boot);
    EXPECT_GT(header.size, kSectorSize);
    EXPECT_LE(header.size + image::kSegmentHeaderSize, region.size - kCalibration.size);
    EXPECT_EQ(header.load_address, region.address() + image::kSegmentHeaderSize);
    EXPECT_EQ(header.secure_boot, 0xFFFF'FFFFu);
  }
}

TEST_P(FactoryFlash, CalibrationStandsAtTheEndOfTheKm4BootRegion) {
  EXPECT_EQ(kCalibration.end(), layout_.km4_boot.end());
  EXPECT_FALSE(is_blank(in(kCalibration)));
  const image::SegmentHeader header = image::read_segment_header(in(layout_.km4_boot));
  EXPECT_TRUE(is_blank(
      in(layout_.km4_boot)
          .subspan(image::kSegmentHeaderSize + header.size,
                   kCalibration.offset - layout_.km4_boot.offset - image::kSegmentHeaderSize - header.size)));
}

TEST_P(FactoryFlash, WhatMustNeverBeErasedIsNotBlankAndTheRestIs) {
  for (const Region& region : {layout_.km0_boot, layout_.km4_boot, layout_.system_data, layout_.user_data})
    EXPECT_FALSE(is_blank(in(region).first(kSectorSize))) << region.offset;
  for (const Region& region : {layout_.backup, Region(layout_.ota1), Region(layout_.ota2)})
    EXPECT_TRUE(is_blank(in(region))) << region.offset;
}

TEST_P(FactoryFlash, ASerialUploadPutsTheImageIntoOta1AndInvalidatesOta2) {
  NorModel nor(flash_);
  const std::vector<std::byte> older(5 * kSectorSize, std::byte{0x11});
  const std::vector<std::byte> image(2 * kSectorSize + kPageSize + 5, std::byte{0x22});
  ASSERT_EQ(serial_upload(nor, layout_, older), Status::ok);
  for (const std::uint32_t at :
       {layout_.ota2.offset, layout_.ota2.offset + kSectorSize, layout_.ota1.record(), layout_.ota2.record()})
    ASSERT_EQ(nor.program(at, Bytes(older).first(kPageSize)), Status::ok);
  auto expected = flash_;

  ASSERT_EQ(serial_upload(nor, layout_, image), Status::ok);
  const auto ota1 = expected.begin() + layout_.ota1.offset;
  std::fill(ota1, ota1 + 3 * kSectorSize, std::byte{0xFF});
  std::copy(image.begin(), image.end(), ota1);
  std::fill_n(expected.begin() + layout_.ota2.offset, kSectorSize, std::byte{0xFF});
  EXPECT_EQ(flash_, expected);
}

TEST_P(FactoryFlash, ASerialUploadTakesAnImageThatFillsTheSlotAndNoLargerOne) {
  NorModel nor(flash_);
  const std::vector<std::byte> image(layout_.ota1.capacity() + 1, std::byte{0x33});
  const auto before = flash_;
  EXPECT_EQ(serial_upload(nor, layout_, image), Status::out_of_range);
  EXPECT_EQ(serial_upload(nor, layout_, {}), Status::out_of_range);
  EXPECT_EQ(flash_, before);
  EXPECT_EQ(serial_upload(nor, layout_, Bytes(image).first(layout_.ota1.capacity())), Status::ok);
  EXPECT_TRUE(is_blank(in({layout_.ota1.record(), kSectorSize})));
  EXPECT_EQ(in({layout_.ota1.record() - 1, 1})[0], std::byte{0x33});
}

TEST_P(FactoryFlash, ASerialUploadThatFailsOnTheWayHasLeftOta2Alone) {
  flash::RamFlash ram(layout_.size);
  const std::vector<std::byte> image(3 * kSectorSize, std::byte{0x44});
  ASSERT_EQ(ram.program(layout_.ota2.offset, Bytes(image).first(8)), Status::ok);
  int allowed = 20;
  ram.before = [&](flash::Operation, std::uint32_t, std::size_t) {
    return allowed-- > 0 ? Status::ok : Status::flash_failed;
  };
  EXPECT_EQ(serial_upload(ram, layout_, image), Status::flash_failed);
  EXPECT_EQ(ram.sector_erases + ram.programs, 21u);
  EXPECT_EQ(ram.memory[layout_.ota2.offset], std::byte{0x44});
}

}  // namespace
}  // namespace otaru::board
