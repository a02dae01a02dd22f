#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/memory_layout.hpp>

namespace otaru::host {
namespace {

using flash::kAmebaD2Mb;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

PlacedRange raw(std::uint32_t address, std::uint32_t size) {
  return {"raw.bin", "", FileKind::unknown, address, size};
}
PlacedRange image2(std::uint32_t address, std::uint32_t size) {
  return {"i.bin", "", FileKind::image2, address, size};
}

std::vector<std::string> codes(const MemoryLayout& layout) {
  std::vector<std::string> result;
  std::ranges::transform(layout.problems, std::back_inserter(result), &LayoutProblem::code);
  return result;
}

std::vector<std::string> problems_of(std::vector<PlacedRange> ranges) {
  return codes(compare(kAmebaD2Mb, std::move(ranges)));
}

TEST(MemoryLayout, FindsAnOverlapOfOneByte) {
  const auto at = [](std::uint32_t second) {
    return compare(kAmebaD2Mb, {image2(0x0800'6000, 0x4000), raw(second, 0x1000)});
  };
  EXPECT_TRUE(at(0x0800'A000).ok()) << "neighbours do not overlap";
  const MemoryLayout overlapping = at(0x0800'9FFF);
  EXPECT_THAT(codes(overlapping), ElementsAre("overlap"));
  ASSERT_EQ(overlapping.overlaps.size(), 1u);
  EXPECT_EQ(overlapping.overlaps[0].address, 0x0800'9FFFu);
  EXPECT_EQ(overlapping.overlaps[0].size, 1u);
}

// The stock bar compares pixels of 4 KiB and more.
TEST(MemoryLayout, FindsOverlapsOfEverySizeFromOneByteOn) {
  std::size_t found = 0;
  for (std::uint32_t size : {1u, 2u, 255u, 256u, 4095u, 4096u, 4097u, 65536u}) {
    const MemoryLayout layout =
        compare(kAmebaD2Mb, {raw(0x0801'0000, 0x1'0000), raw(0x0802'0000 - size, 0x1'0000)});
    ASSERT_EQ(layout.overlaps.size(), 1u) << size;
    EXPECT_EQ(layout.overlaps[0].size, size);
    ++found;
  }
  EXPECT_EQ(found, 8u);
}

TEST(MemoryLayout, ComparesEveryPair) {
  const MemoryLayout layout = compare(
      kAmebaD2Mb, {raw(0x0801'0000, 100), raw(0x0810'6000, 100), raw(0x0801'0010, 10), raw(0x0801'0063, 1)});
  ASSERT_EQ(layout.overlaps.size(), 2u);
  EXPECT_EQ(layout.overlaps[0].second, 2u);
  EXPECT_EQ(layout.overlaps[1].second, 3u);
  EXPECT_THAT(layout.problems[1].ranges, ElementsAre(0u, 3u));
}

TEST(MemoryLayout, DoesNotWrapAtTheEndOfTheAddresses) {
  EXPECT_THAT(problems_of({raw(0xFFFF'FFFF, 0xFFFF'FFFF), raw(0x0800'6000, 10)}),
              ElementsAre("out_of_flash"));
}

TEST(MemoryLayout, KeepsEverythingInFlash) {
  EXPECT_THAT(problems_of({raw(0x07FF'FFFF, 2)}), ElementsAre("out_of_flash"));
  EXPECT_THAT(problems_of({raw(0x081F'F000, 0x1001)}), ElementsAre("out_of_flash"));
  EXPECT_THAT(problems_of({raw(0x0820'0000, 1)}), ElementsAre("out_of_flash"));
}

TEST(MemoryLayout, KeepsImagesInASlotAndShortOfItsLastSector) {
  for (std::uint32_t slot : {0x0800'6000u, 0x0810'6000u}) {
    EXPECT_THAT(problems_of({image2(slot, 1'019'904)}), IsEmpty());
    EXPECT_THAT(problems_of({image2(slot, 1'019'905)}), ElementsAre("out_of_slot"));
  }
  for (std::uint32_t address : {0x0800'0000u, 0x0800'5FFFu, 0x0810'0000u, 0x0810'5FFFu})
    EXPECT_THAT(problems_of({image2(address, 16)}), ElementsAre("out_of_slot")) << address;
  EXPECT_THAT(problems_of({{"f", "OTA2", FileKind::ota_file, 0x0810'0000, 16}}), ElementsAre("out_of_slot"));
}

TEST(MemoryLayout, KnowsTheSlotsOfTheOtherLayout) {
  EXPECT_THAT(codes(compare(flash::kAmebaD4MbFactory, {image2(0x0820'6000, 1'019'904)})), IsEmpty());
  EXPECT_THAT(codes(compare(flash::kAmebaD4MbFactory, {image2(0x0810'6000, 16)})),
              ElementsAre("out_of_slot"));
  EXPECT_THAT(codes(compare(flash::kAmebaD4MbFactory, {raw(0x0811'0000, 16)})), IsEmpty())
      << "no region is there";
}

TEST(MemoryLayout, LetsOtherFilesFillARegionButNotLeaveIt) {
  EXPECT_THAT(problems_of({raw(0x0810'0000, 0x6000)}), IsEmpty());
  EXPECT_THAT(problems_of({raw(0x0810'0000, 0x6001)}), ElementsAre("out_of_region"));
  EXPECT_THAT(codes(compare(flash::kAmebaD4MbFactory, {raw(0x0820'5FFF, 2)})), ElementsAre("out_of_region"));
}

TEST(MemoryLayout, KeepsBootImagesInBootRegions) {
  const auto boot = [](std::uint32_t address, std::uint32_t size) {
    return problems_of({{"b.bin", "", FileKind::boot_image, address, size}});
  };
  EXPECT_THAT(boot(0x0800'0000, 0x2000), IsEmpty());
  EXPECT_THAT(boot(0x0800'4000, 0x2000), IsEmpty());
  EXPECT_THAT(boot(0x0800'0000, 0x2001), ElementsAre("out_of_region"));
  EXPECT_THAT(boot(0x0800'6000, 0x2000), ElementsAre("out_of_region"));
}

TEST(MemoryLayout, FindsNothingWrongWithNothing) {
  EXPECT_TRUE(compare(kAmebaD2Mb, {}).ok());
  EXPECT_THAT(problems_of({raw(0x0801'0000, 0), raw(0x0801'0000, 10)}), IsEmpty()) << "an empty range";
}

TEST(MemoryLayout, RepeatsTheColoursAfterTheSixthBin) {
  const MemoryLayout layout;
  EXPECT_EQ(hex(layout.colour_of(0)), "#87cefa");
  EXPECT_EQ(hex(layout.colour_of(5)), "#deb887");
  EXPECT_EQ(layout.colour_of(6), layout.colour_of(0));
}

}  // namespace
}  // namespace otaru::host
