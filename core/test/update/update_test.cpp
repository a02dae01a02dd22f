#include <functional>
#include <vector>

#include <flash/flash_log.hpp>
#include <gtest/gtest.h>
#include <image/made_image2.hpp>
#include <update/board_flash.hpp>
#include <update/test_update.hpp>

#include <otaru/update/update.hpp>

namespace otaru::update {
namespace {

using flash::FlashLog;
using flash::LogEntry;
using flash::Operation;
using flash::RamFlash;
using flash::SlotId;

constexpr std::uint32_t kAll = 0xFFFF'FFFF;

class UpdateOf : public testing::TestWithParam<Geometry> {
 protected:
  UpdateOf() { install(part_, GetParam().running(), running_image_); }

  std::uint32_t length() const { return static_cast<std::uint32_t>(image_.size()); }
  std::uint32_t sum() const { return byte_sum(image_); }

  void write(TestUpdate& update) {
    ASSERT_EQ(update.begin({length(), sum()}), Status::ok);
    ASSERT_EQ(update.append(image_), Status::ok);
  }
  void verify(TestUpdate& update) {
    write(update);
    while (!update.verified()) ASSERT_EQ(update.verify(kAll), Status::ok);
  }
  void commit(TestUpdate& update) {
    verify(update);
    ASSERT_EQ(update.commit(), Status::ok);
  }

  const flash::Layout& layout_ = *GetParam().layout;
  const SlotId target_ = GetParam().target;
  const SlotId running_ = flash::other(target_);
  const flash::Slot& slot_ = GetParam().slot();
  const Image image_ = image::made_image2({.seed = 2});
  const Image running_image_ = image::made_image2({.seed = 1});
  RamFlash part_ = used_part(layout_);
};

INSTANTIATE_TEST_SUITE_P(Every, UpdateOf, testing::ValuesIn(geometries()), geometry_name);

class UpdateSweep : public UpdateOf {};
INSTANTIATE_TEST_SUITE_P(Small, UpdateSweep,
                         testing::Values(Geometry{&flash::kSmallLayout, SlotId::ota1},
                                         Geometry{&flash::kSmallLayout, SlotId::ota2}),
                         geometry_name);

class UpdateToOta1 : public UpdateOf {};
INSTANTIATE_TEST_SUITE_P(Every, UpdateToOta1,
                         testing::Values(Geometry{&flash::kAmebaD2Mb, SlotId::ota1},
                                         Geometry{&flash::kAmebaD4MbFactory, SlotId::ota1}),
                         geometry_name);

TEST_P(UpdateOf, MakesTheNewImageTheOneThatBoots) {
  ASSERT_TRUE(boots(part_, layout_, running_));
  TestUpdate update(part_, layout_, running_);
  EXPECT_EQ(update.target(), target_);
  EXPECT_EQ(&update.slot(), &slot_);
  commit(update);
  EXPECT_TRUE(boots(part_, layout_, target_));
  EXPECT_EQ(content(part_, slot_, image_.size()), image_);
}

TEST_P(UpdateOf, ChangesNothingElseButTheSignatureOfAnOta2ThatWouldWin) {
  Image expected = part_.memory;
  if (target_ == SlotId::ota1)
    for (std::uint32_t i = 0; i < 4; ++i) expected[layout_.ota2.offset + i] = std::byte{0};
  TestUpdate update(part_, layout_, running_);
  commit(update);
  EXPECT_TRUE(same_outside(expected, part_.memory, slot_));
}

TEST_P(UpdateOf, WritesTheRecordThenSignsAndRetiresOta2OnlyAfterThat) {
  TestUpdate update(part_, layout_, running_);
  verify(update);
  FlashLog log(part_);
  ASSERT_EQ(update.commit(), Status::ok);
  std::vector<LogEntry> expected{{Operation::erase_sector, slot_.record(), flash::kSectorSize},
                                 {Operation::program, slot_.record(), kRecordSize},
                                 {Operation::program, slot_.offset, 8}};
  if (target_ == SlotId::ota1) expected.push_back({Operation::program, layout_.ota2.offset, 4});
  EXPECT_EQ(log.changes(), expected);
}

TEST_P(UpdateOf, TheRunningImageBootsUntilTheCommit) {
  install(part_, slot_, image_);
  std::size_t looked = 0;
  const auto look = [&] {
    EXPECT_TRUE(boots(part_, layout_, running_)) << "after " << looked << " looks";
    ++looked;
  };
  TestUpdate update(part_, layout_, running_);
  ASSERT_EQ(update.begin({length(), sum()}), Status::ok);
  look();
  for (const std::byte& byte : image_) {
    ASSERT_EQ(update.append({&byte, 1}), Status::ok);
    if (update.written() % 256 == 0) look();
  }
  while (!update.verified()) {
    ASSERT_EQ(update.verify(1000), Status::ok);
    look();
  }
  EXPECT_GT(looked, 30u);
  ASSERT_EQ(update.commit(), Status::ok);
  EXPECT_TRUE(boots(part_, layout_, target_));
}

// Whatever operation fails: the old image boots, or, once it is whole and signed, the new one.
TEST_P(UpdateSweep, AFailureAtAnyOperationLeavesTheBoardBootableAndTheNextUpdateWorks) {
  install(part_, slot_, image_);
  const Image start = part_.memory;
  FlashLog log(part_);
  const auto whole = [&](TestUpdate& update) {
    Status status = update.begin({length(), sum()});
    if (status == Status::ok) status = update.append(image_);
    while (status == Status::ok && !update.verified()) status = update.verify(4096);
    return status == Status::ok ? update.commit() : status;
  };
  {
    TestUpdate update(part_, layout_, running_);
    ASSERT_EQ(whole(update), Status::ok);
  }
  const std::size_t operations = log.asked();
  ASSERT_GT(operations, 80u) << "nothing to fail: the test would pass vacuously";
  for (std::size_t i = 0; i < operations; ++i) {
    part_.memory = start;
    log.clear();
    log.fail_at = i;
    TestUpdate update(part_, layout_, running_);
    ASSERT_EQ(whole(update), Status::flash_failed) << "operation " << i;
    ASSERT_EQ(log.asked(), i + 1) << "went on after the error";
    log.fail_at.reset();
    const Result<boot::Selection> selection = boot::select(part_, layout_);
    ASSERT_TRUE(selection && selection->boots()) << "operation " << i;
    if (*selection->slot != running_) {
      ASSERT_EQ(content(part_, slot_, image_.size()), image_) << "operation " << i;
      continue;
    }
    ASSERT_FALSE(update.active()) << "operation " << i;
    ASSERT_EQ(whole(update), Status::ok) << "operation " << i;
    ASSERT_TRUE(boots(part_, layout_, target_)) << "operation " << i;
  }
}

// Sectors that a cut left half erased may read blank now and not later: none is left behind the new image.
TEST_P(UpdateOf, AfterALostSenderWhatLiesBehindTheImageIsErasedBeforeItIsVerified) {
  TestUpdate update(part_, layout_, running_);
  ASSERT_EQ(update.begin({length(), sum()}), Status::ok);
  update.abandon();
  write(update);
  FlashLog log(part_);
  while (log.changes().empty()) ASSERT_EQ(update.verify(kAll), Status::ok);
  EXPECT_EQ(log.changes().size(), 1u) << "one erase a call, so that the sketch runs in between";
  while (!update.verified()) ASSERT_EQ(update.verify(kAll), Status::ok);
  const std::uint32_t end = (length() + flash::kSectorSize - 1) / flash::kSectorSize * flash::kSectorSize;
  EXPECT_TRUE(is_blank(Bytes(content(part_, slot_, slot_.capacity())).subspan(end)));
}

// OTA2 was retired, only its read-back failed: OTA1, the target, is now what boots, and must stay so.
TEST_P(UpdateToOta1, NeverUnsignsTheOnlyImageThatBoots) {
  TestUpdate update(part_, layout_, running_);
  verify(update);
  FlashLog log(part_);
  log.fail_at =
      9;  // record: erase, program, read back in 4 pieces; signature and retirement: program, read back
  ASSERT_EQ(update.commit(), Status::flash_failed);
  log.fail_at.reset();
  ASSERT_TRUE(boots(part_, layout_, target_));
  log.clear();
  EXPECT_EQ(update.begin({length(), sum()}), Status::flash_failed);
  EXPECT_TRUE(log.changes().empty());
  EXPECT_TRUE(boots(part_, layout_, target_));
}

TEST_P(UpdateOf, RefusesALengthThatDoesNotFitAndTouchesNoFlash) {
  FlashLog log(part_);
  TestUpdate update(part_, layout_, running_);
  for (const std::uint32_t wrong : std::vector<std::uint32_t>{0u, slot_.capacity() + 1, 0xFFFF'FFFFu}) {
    EXPECT_EQ(update.begin({wrong, 0}), Status::image_length) << wrong;
    EXPECT_FALSE(update.active());
  }
  EXPECT_EQ(log.asked(), 0u);
}

TEST_P(UpdateOf, RefusesAFaultyHeaderBeforeItsChunkIsWritten) {
  Image bad = image_;
  bad[image::km4_offset(image_)] = std::byte{0};
  TestUpdate update(part_, layout_, running_);
  ASSERT_EQ(update.begin({length(), byte_sum(bad)}), Status::ok);
  ASSERT_EQ(update.append(Bytes(bad).first(4096)), Status::ok);
  FlashLog log(part_);
  EXPECT_EQ(update.append(Bytes(bad).subspan(4096)), Status::km4_signature);
  EXPECT_EQ(log.asked(), 0u);
  EXPECT_FALSE(update.active());
  EXPECT_TRUE(boots(part_, layout_, running_));
}

TEST_P(UpdateOf, RefusesMoreBytesThanAnnounced) {
  TestUpdate update(part_, layout_, running_);
  write(update);
  EXPECT_TRUE(update.complete());
  EXPECT_EQ(update.append(Image(1)), Status::out_of_range);
  EXPECT_FALSE(update.active());
}

TEST_P(UpdateOf, AnImageWithAByteMissingIsTooShort) {
  TestUpdate update(part_, layout_, running_);
  ASSERT_EQ(update.begin({length(), sum()}), Status::ok);
  ASSERT_EQ(update.append(Bytes(image_).first(image_.size() - 1)), Status::ok);
  EXPECT_FALSE(update.complete());
  EXPECT_EQ(update.verify(kAll), Status::too_short);
  EXPECT_FALSE(update.active());
}

TEST_P(UpdateOf, AWrongSumIsFoundAndNothingBecomesBootable) {
  TestUpdate update(part_, layout_, running_);
  ASSERT_EQ(update.begin({length(), sum() + 1}), Status::ok);
  ASSERT_EQ(update.append(image_), Status::ok);
  EXPECT_EQ(update.verify(kAll), Status::image_sum);
  EXPECT_FALSE(update.active());
  EXPECT_EQ(update.commit(), Status::wrong_state);
  EXPECT_TRUE(boots(part_, layout_, running_));
  EXPECT_FALSE(boot::has_signature(part_, slot_).value());
}

TEST_P(UpdateOf, FlashThatChangesAfterItWasWrittenIsFound) {
  TestUpdate update(part_, layout_, running_);
  write(update);
  part_.memory[slot_.offset + 3000] ^= std::byte{0x10};
  EXPECT_EQ(update.verify(kAll), Status::image_sum);
}

TEST_P(UpdateOf, FlashThatChangesWithoutChangingTheSumIsFound) {
  TestUpdate update(part_, layout_, running_);
  write(update);
  part_.memory[slot_.offset + 300] =
      static_cast<std::byte>(std::to_integer<int>(part_.memory[slot_.offset + 300]) + 1);
  part_.memory[slot_.offset + 301] =
      static_cast<std::byte>(std::to_integer<int>(part_.memory[slot_.offset + 301]) - 1);
  EXPECT_EQ(update.verify(kAll), Status::flash_failed);
}

TEST_P(UpdateOf, ASignatureThatDoesNotStickIsReportedAndTheOldImageBoots) {
  TestUpdate update(part_, layout_, running_);
  verify(update);
  part_.memory[slot_.offset] = std::byte{0};
  EXPECT_EQ(update.commit(), Status::flash_failed);
  EXPECT_FALSE(update.active());
  EXPECT_TRUE(boots(part_, layout_, running_));
}

TEST_P(UpdateOf, AnAbandonedUpdateTouchesNoFlashAndTheNextOneWorks) {
  TestUpdate update(part_, layout_, running_);
  ASSERT_EQ(update.begin({length(), sum()}), Status::ok);
  ASSERT_EQ(update.append(Bytes(image_).first(5000)), Status::ok);
  {
    FlashLog log(part_);
    update.abandon();
    EXPECT_EQ(log.asked(), 0u);
  }
  EXPECT_FALSE(update.active());
  EXPECT_TRUE(boots(part_, layout_, running_));
  commit(update);
  EXPECT_TRUE(boots(part_, layout_, target_));
}

TEST_P(UpdateOf, AfterTheCommitTheSlotIsLeftAlone) {
  TestUpdate update(part_, layout_, running_);
  commit(update);
  FlashLog log(part_);
  update.abandon();
  EXPECT_TRUE(update.active()) << "the reset is due; nothing undoes that";
  EXPECT_EQ(update.begin({length(), sum()}), Status::busy);
  EXPECT_EQ(update.append(image_), Status::wrong_state);
  EXPECT_EQ(update.verify(kAll), Status::wrong_state);
  EXPECT_EQ(update.commit(), Status::wrong_state);
  EXPECT_EQ(log.asked(), 0u);
  EXPECT_TRUE(boots(part_, layout_, target_));
}

// Every call in every stage: what it answers, and whether the update goes on.
TEST_P(UpdateOf, EveryCallOutOfOrderIsRefused) {
  using U = TestUpdate;
  const std::function<void(U&)> stages[] = {
      [](U&) {},
      [&](U& u) {
        ASSERT_EQ(u.begin({length(), sum()}), Status::ok);
      },
      [&](U& u) { write(u); },
      [&](U& u) {
        write(u);
        ASSERT_EQ(u.verify(100), Status::ok);
      },
      [&](U& u) { verify(u); },
      [&](U& u) { commit(u); },
  };
  const std::function<Status(U&)> calls[] = {
      [&](U& u) {
        return u.begin({length(), sum()});
      },
      [&](U& u) { return u.append(Bytes(image_).first(32)); },
      [](U& u) { return u.verify(100); },
      [](U& u) { return u.commit(); },
  };
  constexpr Status kOk = Status::ok, kBusy = Status::busy, kWrong = Status::wrong_state;
  const Status expected[std::size(stages)][std::size(calls)] = {
      /* idle      */ {kOk, kWrong, kWrong, kWrong},
      /* begun     */ {kBusy, kOk, Status::too_short, kWrong},
      /* written   */ {kBusy, Status::out_of_range, kOk, kWrong},
      /* verifying */ {kBusy, kWrong, kOk, kWrong},
      /* verified  */ {kBusy, kWrong, kWrong, kOk},
      /* committed */ {kBusy, kWrong, kWrong, kWrong},
  };
  for (std::size_t stage = 0; stage < std::size(stages); ++stage) {
    for (std::size_t call = 0; call < std::size(calls); ++call) {
      RamFlash part = part_;
      U update(part, layout_, running_);
      stages[stage](update);
      const bool was_active = update.active();
      EXPECT_EQ(was_active, stage != 0);
      const Status answer = calls[call](update);
      EXPECT_EQ(answer, expected[stage][call]) << "stage " << stage << ", call " << call;
      const bool ends = answer == Status::too_short || answer == Status::out_of_range;
      EXPECT_EQ(update.active(), (was_active || answer == kOk) && !ends)
          << "stage " << stage << ", call " << call;
    }
  }
}

}  // namespace
}  // namespace otaru::update
