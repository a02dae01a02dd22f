#include <vector>

#include <flash/flash_log.hpp>
#include <flash/ram_flash.hpp>
#include <gtest/gtest.h>
#include <image/made_image2.hpp>
#include <update/board_flash.hpp>

#include <otaru/boot/select.hpp>

namespace otaru::boot {
namespace {

using flash::RamFlash;
using flash::SlotId;

class Select : public testing::TestWithParam<const flash::Layout*> {
 protected:
  const flash::Layout& layout_ = *GetParam();
  RamFlash part_ = update::used_part(layout_);

  void install(SlotId slot, const std::vector<std::byte>& image = image::made_image2()) {
    update::install(part_, layout_.slot(slot), image);
  }
  Selection selected(bool force_ota1 = false) {
    const Result<Selection> selection = select(part_, layout_, force_ota1);
    EXPECT_EQ(selection.error(), Status::ok);
    return *selection;
  }
  void store(SlotId slot, std::uint32_t at, std::uint32_t value) {
    store_le32(MutableBytes(part_.memory).subspan(layout_.slot(slot).offset + at), value);
  }
};

INSTANTIATE_TEST_SUITE_P(Every, Select, testing::ValuesIn(flash::kLayouts), [](const auto& instance) {
  return instance.param == &flash::kAmebaD2Mb ? "ameba_d_2mb" : "ameba_d_4mb_factory";
});

TEST_P(Select, BootsOta1IfOnlyOta1IsValid) {
  install(SlotId::ota1);
  EXPECT_EQ(selected().slot, SlotId::ota1);
  EXPECT_TRUE(selected().boots());
}

TEST_P(Select, BootsOta2IfOnlyOta2IsValid) {
  install(SlotId::ota2);
  EXPECT_EQ(selected().slot, SlotId::ota2);
  EXPECT_TRUE(selected().boots());
}

TEST_P(Select, BootsOta2IfBothAreValid) {
  install(SlotId::ota1);
  install(SlotId::ota2);
  EXPECT_EQ(selected().slot, SlotId::ota2);
  EXPECT_TRUE(selected().boots());
}

TEST_P(Select, FailsToBootIfNeitherIsValid) {
  EXPECT_EQ(selected().slot, std::nullopt);
  EXPECT_FALSE(selected().boots());
  EXPECT_FALSE(selected().km4_found);
}

TEST_P(Select, AnErasedPartDoesNotBoot) {
  part_ = RamFlash(layout_.size);
  EXPECT_EQ(selected().slot, std::nullopt);
}

TEST_P(Select, AForcedOta1SkipsAValidOta2) {
  install(SlotId::ota1);
  install(SlotId::ota2);
  EXPECT_EQ(selected(true).slot, SlotId::ota1);
  EXPECT_TRUE(selected(true).boots());
}

TEST_P(Select, AForcedOta1ThatIsInvalidDoesNotBootThoughOta2Would) {
  install(SlotId::ota2);
  EXPECT_EQ(selected(true).slot, std::nullopt);
  EXPECT_FALSE(selected(true).boots());
}

TEST_P(Select, EveryByteOfTheSignatureCounts) {
  for (std::uint32_t at = 0; at < image::kSignatureSize; ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      install(SlotId::ota1);
      part_.memory[layout_.ota1.offset + at] ^= static_cast<std::byte>(1u << bit);
      EXPECT_EQ(selected().slot, std::nullopt) << "byte " << at << ", bit " << bit;
    }
  }
}

TEST_P(Select, TellsWhereItLooksForKm4) {
  const auto image = image::made_image2({.km0_xip = 5000, .km0_ram = 3000});
  install(SlotId::ota2, image);
  EXPECT_EQ(selected().km4_offset, layout_.ota2.offset + 8192);
  EXPECT_EQ(image::km4_offset(image), 8192u);
  EXPECT_TRUE(selected().boots());
}

TEST_P(Select, Km0ThatFillsItsLast4KiBIsFollowedByKm4WithoutAGap) {
  install(SlotId::ota1, image::made_image2({.km0_xip = 4096 - 64 - 10, .km0_ram = 10}));
  EXPECT_EQ(selected().km4_offset, layout_.ota1.offset + 4096);
  EXPECT_TRUE(selected().boots());
}

TEST_P(Select, OneByteMoreOfKm0PutsKm4FourKiBFurther) {
  install(SlotId::ota1, image::made_image2({.km0_xip = 4096 - 64 - 10, .km0_ram = 11}));
  EXPECT_EQ(selected().km4_offset, layout_.ota1.offset + 8192);
  EXPECT_TRUE(selected().boots());
}

// What bricks a stock board: the choice is made by KM0's signature alone.
TEST_P(Select, AWrongKm4HeaderHangsTheBoardAndNeverFallsBack) {
  const auto image = image::made_image2();
  install(SlotId::ota1, image);
  install(SlotId::ota2, image);
  part_.memory[layout_.ota2.offset + image::km4_offset(image) + 7] = std::byte{0};
  const Selection selection = selected();
  EXPECT_EQ(selection.slot, SlotId::ota2);
  EXPECT_FALSE(selection.km4_found);
  EXPECT_FALSE(selection.boots());
}

TEST_P(Select, AMissingKm0RamSegmentIsNotNoticedByTheBootLoader) {
  auto image = image::made_image2();
  const std::uint32_t ram = image::kSegmentHeaderSize + image::read_segment_header(image).size;
  image[ram] = std::byte{0};
  install(SlotId::ota1, image);
  EXPECT_TRUE(selected().boots());
}

TEST_P(Select, GarbageSizesHangTheBoardAndNeverReadOutsideTheSlot) {
  const flash::Slot& slot = layout_.ota2;
  std::size_t tried = 0;
  for (const std::uint32_t first :
       std::vector<std::uint32_t>{0u, 1u, 0x1000u, slot.size - 65, slot.size - 64, slot.size - 63, slot.size,
                                  0x7FFF'FFFFu, 0xFFFF'FF00u, 0xFFFF'FFDFu, 0xFFFF'FFFFu}) {
    for (const std::uint32_t second :
         std::vector<std::uint32_t>{slot.size, 0x7FFF'FFFFu, 0xFFFF'0000u, 0xFFFF'FFFFu}) {
      install(SlotId::ota1);
      update::fill(part_, slot, 3);
      install(SlotId::ota2);
      store(SlotId::ota2, 8, first);
      if (first <= slot.size - 64) store(SlotId::ota2, image::kSegmentHeaderSize + first + 8, second);
      part_.before = [&](flash::Operation, std::uint32_t at, std::size_t length) {
        const bool in_ota2 = at >= slot.offset && at + length <= slot.end();
        EXPECT_TRUE(in_ota2) << at << " with sizes " << first << " and " << second;
        return Status::ok;
      };
      EXPECT_EQ(selected().slot, SlotId::ota2);
      ++tried;
    }
  }
  EXPECT_EQ(tried, 44u);
}

TEST_P(Select, SizesThatPutKm4OutsideTheSlotHangTheBoard) {
  const flash::Slot& slot = layout_.ota2;
  for (const std::uint32_t size :
       std::vector<std::uint32_t>{slot.size - 64, slot.size - 32, slot.size, 0x7FFF'FFFFu, 0xFFFF'EF00u}) {
    install(SlotId::ota1);
    install(SlotId::ota2);
    store(SlotId::ota2, 8, size);
    EXPECT_EQ(selected().slot, SlotId::ota2) << size;
    EXPECT_FALSE(selected().boots()) << size;
  }
}

TEST_P(Select, AReadErrorIsHandedOnWhicheverReadFails) {
  install(SlotId::ota1);
  flash::FlashLog log(part_);
  ASSERT_TRUE(selected().boots());
  const std::size_t reads = log.asked();
  ASSERT_EQ(reads, 5u) << "two signatures, two headers, KM4";
  for (std::size_t i = 0; i < reads; ++i) {
    log.clear();
    log.fail_at = i;
    EXPECT_EQ(select(part_, layout_).error(), Status::flash_failed) << "read " << i;
    EXPECT_EQ(log.asked(), i + 1) << "went on after the error";
  }
}

TEST_P(Select, ChangesNothing) {
  install(SlotId::ota1);
  flash::FlashLog log(part_);
  EXPECT_TRUE(selected().boots());
  EXPECT_TRUE(log.changes().empty());
}

TEST(Selection, OfNothingDoesNotBoot) {
  EXPECT_FALSE(Selection{}.boots());
  EXPECT_FALSE((Selection{.slot = SlotId::ota1, .km4_offset = 0, .km4_found = false}.boots()));
  EXPECT_TRUE((Selection{.slot = SlotId::ota1, .km4_offset = 0, .km4_found = true}.boots()));
}

}  // namespace
}  // namespace otaru::boot
