#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/serial_plan.hpp>

namespace otaru::host::serial {
namespace {

using flash::kAmebaD2Mb;
using flash::Region;

FlashPiece piece(std::uint32_t offset, std::uint32_t size) {
  return {"file", offset, std::vector<std::byte>(size, std::byte{0x11})};
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs(const std::vector<Region>& regions) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> list;
  for (const Region& region : regions) list.emplace_back(region.offset, region.size);
  return list;
}

std::vector<std::uint32_t> offsets(const UploadPlan& plan) {
  std::vector<std::uint32_t> list;
  for (const UploadStep& step : plan.steps) list.push_back(step.offset);
  return list;
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(SerialPlan, AnImageErasesItsSectorsAndThenTheSignatureOfOta2) {
  const UploadPlan plan = plan_upload({piece(0x6000, 0x2345)}, {});
  ASSERT_THAT(offsets(plan), ElementsAre(0x6000));
  EXPECT_EQ(plan.steps[0].content.size(), 0x3000u);
  EXPECT_EQ(plan.steps[0].erase_size, 0x3000u);
  EXPECT_THAT(plan.steps[0].keep, IsEmpty());
  EXPECT_THAT(plan.erase_first, IsEmpty());
  EXPECT_THAT(pairs(plan.erase_last), ElementsAre(Pair(0x10'6000, 0x1000)));
  EXPECT_THAT(pairs(plan.untouched),
              ElementsAre(Pair(0, 0x6000), Pair(0x9000, 0xFD000), Pair(0x10'7000, 0xF'9000)));
}

TEST(SerialPlan, BootImagesComeLastAndKm0AtTheVeryEnd) {
  const UploadPlan plan =
      plan_upload({piece(0, 0x1400), piece(0x4000, 0x1400), piece(0x10'0000, 10), piece(0x6000, 0x1000)}, {});
  EXPECT_THAT(offsets(plan), ElementsAre(0x6000, 0x10'0000, 0x4000, 0));
}

TEST(SerialPlan, Ota2IsLeftAloneIfAskedForOrIfItIsWrittenOrIfOta1IsNot) {
  EXPECT_THAT(plan_upload({piece(0x6000, 5000)}, {.keep_ota2 = true}).erase_last, IsEmpty());
  EXPECT_THAT(plan_upload({piece(0x6000, 5000), piece(0x10'6000, 5000)}, {}).erase_last, IsEmpty());
  EXPECT_THAT(plan_upload({piece(0x10'6000, 5000)}, {}).erase_last, IsEmpty());
  EXPECT_THAT(plan_upload({piece(0x4000, 5000)}, {}).erase_last, IsEmpty());
}

TEST(SerialPlan, OfAFourMegabyteFactoryLayoutTheRightOta2Ends) {
  const UploadPlan plan = plan_upload({piece(0x6000, 5000)}, {.layout = &flash::kAmebaD4MbFactory});
  EXPECT_THAT(pairs(plan.erase_last), ElementsAre(Pair(0x20'6000, 0x1000)));
}

TEST(SerialPlan, ABootImageKeepsTheCalibrationAndWhatIsBehindIt) {
  const UploadPlan plan = plan_upload({piece(0x4000, 0x2000)}, {});
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_THAT(pairs(plan.steps[0].keep), ElementsAre(Pair(0x5FF0, 16)));
  EXPECT_TRUE(plan.steps[0].compare_first);
  const UploadPlan shorter = plan_upload({piece(0x4000, 0x1800)}, {});
  EXPECT_THAT(pairs(shorter.steps[0].keep), ElementsAre(Pair(0x5800, 0x800), Pair(0x5FF0, 16)));
}

TEST(SerialPlan, FilesThatShareASectorAreOneStep) {
  const UploadPlan plan = plan_upload({piece(0x10'0800, 100), piece(0x10'0100, 50)}, {});
  ASSERT_THAT(offsets(plan), ElementsAre(0x10'0000));
  EXPECT_THAT(pairs(plan.steps[0].keep),
              ElementsAre(Pair(0x10'0000, 0x100), Pair(0x10'0132, 0x6CE), Pair(0x10'0864, 0x79C)));
}

TEST(SerialPlan, ErasingSlotsTakesOta2WhenTheNewProgramIsIn) {
  const UploadPlan plan = plan_upload({piece(0x6000, 5000)}, {.erase = EraseFirst::slots});
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.steps[0].erase_size, 0xF'A000u);
  EXPECT_THAT(pairs(plan.erase_last), ElementsAre(Pair(0x10'6000, 0xF'A000)));
}

TEST(SerialPlan, ErasingAllSparesOneSectorForTheCalibration) {
  const UploadPlan plan =
      plan_upload({piece(0, 0x1400), piece(0x4000, 0x0800), piece(0x6000, 5000)}, {.erase = EraseFirst::all});
  EXPECT_THAT(pairs(plan.erase_first), ElementsAre(Pair(0, 0x5000), Pair(0x6000, 0x1F'A000)));
  ASSERT_EQ(plan.steps.size(), 4u);
  EXPECT_EQ(plan.steps[0].offset, 0x5000u);
  EXPECT_THAT(pairs(plan.steps[0].keep), ElementsAre(Pair(0x5FF0, 16)));
  EXPECT_THAT(plan.untouched, IsEmpty());
}

TEST(SerialPlan, WhatCouldNotBootIsRefused) {
  EXPECT_THROW((void)plan_upload({piece(0x6000, 5000)}, {.erase = EraseFirst::all}), BadInput);
  EXPECT_THROW((void)plan_upload({piece(0x6000, 5000), piece(0, 0x1400)}, {.erase = EraseFirst::all}),
               BadInput);
  EXPECT_THROW((void)plan_upload({piece(0x6000, 50)}, {.erase = EraseFirst::slots, .keep_ota2 = true}),
               BadInput);
}

TEST(SerialPlan, EveryByteOfThePartIsPlannedOrUntouched) {
  unsigned plans = 0;
  for (const EraseFirst erase : {EraseFirst::none, EraseFirst::slots}) {
    for (std::uint32_t offset :
         {0u, 0x2F00u, 0x4000u, 0x6000u, 0x7123u, 0x10'0000u, 0x10'6000u, 0x1F'F000u}) {
      const UploadPlan plan = plan_upload({piece(offset, 0x900)}, {.erase = erase});
      std::vector<Region> all = plan.untouched;
      for (const auto* list : {&plan.erase_first, &plan.erase_last})
        all.insert(all.end(), list->begin(), list->end());
      for (const UploadStep& step : plan.steps)
        all.push_back({step.offset, std::max(step.erase_size, step.region().size)});
      EXPECT_THAT(outside_of(all, kAmebaD2Mb.size), IsEmpty());
      ++plans;
    }
  }
  EXPECT_EQ(plans, 16u);
}

}  // namespace
}  // namespace otaru::host::serial
