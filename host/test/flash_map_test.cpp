#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/flash_map.hpp>

namespace otaru::host {
namespace {

TEST(FlashMap, NamesTheRegionsInOrderWithoutOverlap) {
  std::size_t layouts = 0;
  for (const flash::Layout* layout : flash::kLayouts) {
    const auto map = flash_map(*layout);
    ASSERT_EQ(map.size(), 7u);
    for (std::size_t i = 1; i < map.size(); ++i)
      EXPECT_LE(map[i - 1].region.end(), map[i].region.offset) << map[i].name;
    ++layouts;
  }
  EXPECT_EQ(layouts, 2u);
}

TEST(FlashMap, LeavesTheLastSectorOfASlotToTheTrialRecord) {
  const auto map = flash_map(flash::kAmebaD2Mb);
  EXPECT_EQ(map[4].name, "OTA1");
  EXPECT_EQ(map[4].capacity, 1'019'904u);
  EXPECT_EQ(map[0].capacity, map[0].region.size);
}

TEST(FlashMap, ListsTheLayoutsWhenANameIsUnknown) {
  EXPECT_EQ(&layout_named("ameba-d-4mb-factory"), &flash::kAmebaD4MbFactory);
  try {
    layout_named("ameba-z");
    ADD_FAILURE();
  } catch (const BadInput& error) {
    EXPECT_STREQ(error.what(),
                 "There is no layout 'ameba-z'. Choose one of: ameba-d-2mb, ameba-d-4mb-factory.");
  }
}

}  // namespace
}  // namespace otaru::host
