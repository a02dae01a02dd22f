#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/flash/layout.hpp>

namespace otaru::flash {
namespace {

std::string layout_name(const testing::TestParamInfo<const Layout*>& instance) {
  std::string name(instance.param->name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class LayoutTable : public testing::TestWithParam<const Layout*> {
 protected:
  const Layout& layout_ = *GetParam();

  std::vector<Region> regions() const {
    return {layout_.km0_boot,  layout_.backup, layout_.system_data, layout_.km4_boot,
            layout_.user_data, layout_.ota1,   layout_.ota2};
  }
};

INSTANTIATE_TEST_SUITE_P(Every, LayoutTable, testing::ValuesIn(kLayouts), layout_name);

TEST_P(LayoutTable, RegionsDoNotOverlap) {
  auto sorted = regions();
  std::sort(sorted.begin(), sorted.end(), [](Region a, Region b) { return a.offset < b.offset; });
  for (std::size_t i = 1; i < sorted.size(); ++i)
    EXPECT_LE(sorted[i - 1].end(), sorted[i].offset) << "region " << i << " at " << sorted[i].offset;
}

TEST_P(LayoutTable, RegionsAreWholeSectorsWithinThePart) {
  for (const Region& region : regions()) {
    EXPECT_GT(region.size, 0u);
    EXPECT_EQ(region.offset % kSectorSize, 0u);
    EXPECT_EQ(region.size % kSectorSize, 0u);
    EXPECT_LT(region.offset, layout_.size);
    EXPECT_LE(region.size, layout_.size - region.offset);
  }
  EXPECT_EQ(layout_.size % kBlockSize, 0u);
}

TEST_P(LayoutTable, TheTrialRecordIsTheLastSectorOfItsSlotAndTheImageEndsBeforeIt) {
  for (const SlotId id : {SlotId::ota1, SlotId::ota2}) {
    const Slot& slot = layout_.slot(id);
    EXPECT_EQ(slot.record() + kSectorSize, slot.end());
    EXPECT_EQ(slot.offset + slot.capacity(), slot.record());
  }
}

TEST_P(LayoutTable, BothSlotsHoldTheSameImage) {
  EXPECT_EQ(layout_.ota1.size, layout_.ota2.size);
}

TEST_P(LayoutTable, IsFoundByItsName) {
  EXPECT_EQ(find_layout(layout_.name), &layout_);
}

/// What only the maps of AmebaD boards must have. Those of other boards have expectations of their own.
class AmebaDLayout : public testing::TestWithParam<const Layout*> {};

INSTANTIATE_TEST_SUITE_P(Every, AmebaDLayout, testing::Values(&kAmebaD2Mb, &kAmebaD4MbFactory), layout_name);

TEST_P(AmebaDLayout, HasSlotsForImagesOfThisSize) {
  EXPECT_EQ(GetParam()->ota1.capacity(), 1'019'904u);
  EXPECT_EQ(GetParam()->ota2.capacity(), 1'019'904u);
}

TEST_P(AmebaDLayout, BootLoadersStandWhereTheRomLooksForThem) {
  EXPECT_EQ(GetParam()->km0_boot.address(), 0x0800'0000u);
  EXPECT_EQ(GetParam()->km4_boot.address(), 0x0800'4000u);
}

TEST(Layout, TheDefaultIsTheMapOfTheBoardPackage) {
  EXPECT_EQ(kLayouts.front(), &kAmebaD2Mb);
  EXPECT_EQ(kAmebaD2Mb.backup.address(), 0x0800'2000u);
  EXPECT_EQ(kAmebaD2Mb.system_data.address(), 0x0800'3000u);
  EXPECT_EQ(kAmebaD2Mb.ota1.address(), 0x0800'6000u);
  EXPECT_EQ(kAmebaD2Mb.user_data.address(), 0x0810'0000u);
  EXPECT_EQ(kAmebaD2Mb.ota2.address(), 0x0810'6000u);
  EXPECT_EQ(kAmebaD2Mb.ota2.end(), kAmebaD2Mb.size);
}

TEST(Layout, TheFactoryMapOf4MbPutsOta2InTheUpperHalf) {
  EXPECT_EQ(kAmebaD4MbFactory.ota2.offset, 0x20'6000u);
  EXPECT_EQ(kAmebaD4MbFactory.size, 0x40'0000u);
}

TEST(Layout, AnUnknownNameIsNotFound) {
  EXPECT_EQ(find_layout("ameba-d"), nullptr);
  EXPECT_EQ(find_layout(""), nullptr);
  EXPECT_EQ(find_layout("AMEBA-D-2MB"), nullptr);
}

TEST(Slot, TheOtherOfTheOtherIsItself) {
  EXPECT_EQ(other(SlotId::ota1), SlotId::ota2);
  EXPECT_EQ(other(SlotId::ota2), SlotId::ota1);
  EXPECT_EQ(name(SlotId::ota1), "OTA1");
  EXPECT_EQ(name(SlotId::ota2), "OTA2");
  EXPECT_EQ(&kAmebaD2Mb.slot(SlotId::ota1), &kAmebaD2Mb.ota1);
  EXPECT_EQ(&kAmebaD2Mb.slot(SlotId::ota2), &kAmebaD2Mb.ota2);
}

}  // namespace
}  // namespace otaru::flash
