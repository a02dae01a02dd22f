#include <vector>

#include <flash/flash_log.hpp>
#include <gtest/gtest.h>
#include <image/made_image2.hpp>
#include <update/installed.hpp>

#include <otaru/update/trial.hpp>

namespace otaru::update {
namespace {

using flash::FlashLog;
using flash::RamFlash;
using flash::SlotId;
using TestTrial = Trial<RamFlash, crypto::TestCrypto>;

/// A board whose new image stands committed in the target slot, beside the old one that received it.
class TrialOn : public testing::TestWithParam<Geometry> {
 protected:
  void SetUp() override {
    install_confirmed(part_, old_slot_, old_image_, 4);
    install_pending(part_, new_slot_, new_image_, 5);
    if (new_ == SlotId::ota1) retire(layout_.ota2);
    ASSERT_TRUE(boots(part_, layout_, new_));
  }

  void retire(const flash::Slot& slot) { std::fill_n(part_.memory.begin() + slot.offset, 4, std::byte{0}); }

  /// Boots what the boot loader chooses and starts it.
  Started start() {
    const Result<boot::Selection> selection = boot::select(part_, layout_);
    EXPECT_TRUE(selection && selection->boots()) << "the board is dead";
    if (!selection || !selection->boots()) return Started::flash_failed;
    trial_.emplace(part_, library_, layout_, *selection->slot);
    return trial_->start();
  }
  SlotId running() const { return trial_->running(); }
  void use_up_tries() {
    for (int i = 0; i < 3; ++i) ASSERT_EQ(start(), Started::on_trial);
  }

  const flash::Layout& layout_ = *GetParam().layout;
  const SlotId new_ = GetParam().target;
  const SlotId old_ = flash::other(new_);
  const flash::Slot& new_slot_ = layout_.slot(new_);
  const flash::Slot& old_slot_ = layout_.slot(old_);
  const Image old_image_ = image::made_image2({.seed = 1});
  const Image new_image_ = image::made_image2({.seed = 2});
  crypto::TestCrypto library_;
  RamFlash part_ = used_part(layout_);
  std::optional<TestTrial> trial_;
};

INSTANTIATE_TEST_SUITE_P(Every, TrialOn, testing::ValuesIn(geometries()), geometry_name);

TEST_P(TrialOn, CountsItsTries) {
  for (std::uint32_t tries = 1; tries <= 3; ++tries) {
    ASSERT_EQ(start(), Started::on_trial);
    EXPECT_TRUE(trial_->on_trial());
    EXPECT_EQ(trial_->own().tries, tries);
    EXPECT_EQ(running(), new_);
  }
}

TEST_P(TrialOn, ConfirmedItStays) {
  ASSERT_EQ(start(), Started::on_trial);
  ASSERT_EQ(trial_->confirm(), Status::ok);
  EXPECT_FALSE(trial_->on_trial());
  for (int i = 0; i < 10; ++i) ASSERT_EQ(start(), Started::normal);
  EXPECT_EQ(running(), new_);
  EXPECT_EQ(trial_->own().state, TrialState::confirmed);
}

TEST_P(TrialOn, AfterItsTriesTheOldImageComesBack) {
  use_up_tries();
  EXPECT_EQ(start(), Started::rolling_back);
  EXPECT_EQ(start(), Started::rolled_back);
  EXPECT_EQ(running(), old_);
  EXPECT_EQ(content(part_, old_slot_, old_image_.size()), old_image_);
  EXPECT_EQ(trial_->own().state, TrialState::confirmed);
  EXPECT_EQ(trial_->other_slot().state, TrialState::rejected);
  EXPECT_EQ(trial_->other_slot().rejected, record_of(new_image_).sha256);
  EXPECT_FALSE(trial_->on_trial());
}

TEST_P(TrialOn, RollsBackToAnImageThatCameBySerialToo) {
  blank(part_, {old_slot_.record(), flash::kSectorSize});
  use_up_tries();
  EXPECT_EQ(start(), Started::rolling_back);
  EXPECT_EQ(start(), Started::rolled_back);
  EXPECT_EQ(running(), old_);
  EXPECT_EQ(content(part_, old_slot_, old_image_.size()), old_image_);
}

TEST_P(TrialOn, RejectedItIsLeftAtOnce) {
  ASSERT_EQ(start(), Started::on_trial);
  EXPECT_EQ(trial_->reject(), Started::rolling_back);
  EXPECT_EQ(start(), Started::rolled_back);
  EXPECT_EQ(running(), old_);
}

TEST_P(TrialOn, AConfirmedImageCannotRejectItself) {
  ASSERT_EQ(start(), Started::on_trial);
  ASSERT_EQ(trial_->confirm(), Status::ok);
  FlashLog log(part_);
  EXPECT_EQ(trial_->reject(), Started::normal);
  EXPECT_EQ(log.asked(), 0u);
}

TEST_P(TrialOn, ConfirmDoesNothingWithoutATrial) {
  part_ = used_part(layout_);
  install(part_, new_slot_, new_image_);
  ASSERT_EQ(start(), Started::normal);
  FlashLog log(part_);
  EXPECT_EQ(trial_->confirm(), Status::ok);
  EXPECT_EQ(log.asked(), 0u);
}

TEST_P(TrialOn, TouchesOnlyRecordsSignaturesAndTheBackupSector) {
  const Image before = part_.memory;
  use_up_tries();
  ASSERT_EQ(start(), Started::rolling_back);
  ASSERT_EQ(start(), Started::rolled_back);
  std::size_t changed = 0;
  for (std::uint32_t i = 0; i < before.size(); ++i) {
    if (before[i] == part_.memory[i]) continue;
    ++changed;
    const auto within = [i](std::uint32_t offset, std::uint32_t size) { return i - offset < size; };
    EXPECT_TRUE(within(layout_.ota1.record(), flash::kSectorSize) || within(layout_.ota1.offset, 8) ||
                within(layout_.ota2.record(), flash::kSectorSize) || within(layout_.ota2.offset, 8) ||
                within(layout_.backup.offset, layout_.backup.size))
        << i;
  }
  EXPECT_GT(changed, 0u);
}

TEST_P(TrialOn, WithABrokenFallBackItStaysAndTakesUpdatesAgain) {
  part_.memory[old_slot_.offset + 3000] ^= std::byte{1};
  use_up_tries();
  EXPECT_EQ(start(), Started::no_fallback);
  EXPECT_EQ(running(), new_);
  EXPECT_FALSE(trial_->on_trial()) << "a push may mend the board";
  EXPECT_EQ(start(), Started::no_fallback);
}

TEST_P(TrialOn, AFallBackThatWasRejectedItselfIsNone) {
  ASSERT_EQ(mark_rejected(part_, old_slot_), Status::ok);
  use_up_tries();
  EXPECT_EQ(start(), Started::no_fallback);
  EXPECT_EQ(running(), new_);
}

TEST_P(TrialOn, AFallBackThatAnUpdateBeganToOverwriteIsNone) {
  ASSERT_EQ(mark_writing(part_, old_slot_), Status::ok);
  retire(old_slot_);
  use_up_tries();
  EXPECT_EQ(start(), Started::no_fallback);
  EXPECT_EQ(running(), new_);
}

// A record that does not fit what the slot holds speaks of another image: one by serial, which counts as
// confirmed.
TEST_P(TrialOn, AnImageThatDoesNotFitItsRecordIsNotOnTrial) {
  part_.memory[new_slot_.offset + 3000] ^= std::byte{1};
  EXPECT_EQ(start(), Started::normal);
  EXPECT_EQ(running(), new_);
  EXPECT_EQ(trial_->own().state, TrialState::none);
}

TEST_P(TrialOn, ACommitThatLostItsPowerIsFinishedAtTheNextStart) {
  // The cut came before the new image's signature: the old one still boots.
  if (new_ == SlotId::ota1) install(part_, old_slot_, old_image_);
  std::fill_n(part_.memory.begin() + new_slot_.offset, 8, std::byte{0xFF});
  ASSERT_TRUE(boots(part_, layout_, old_));
  EXPECT_EQ(start(), Started::commit_done);
  EXPECT_EQ(start(), Started::on_trial);
  EXPECT_EQ(running(), new_);
}

class TrialInOta1 : public TrialOn {};
INSTANTIATE_TEST_SUITE_P(Every, TrialInOta1,
                         testing::Values(Geometry{&flash::kAmebaD2Mb, SlotId::ota1},
                                         Geometry{&flash::kAmebaD4MbFactory, SlotId::ota1},
                                         Geometry{&flash::kSmallLayout, SlotId::ota1}),
                         geometry_name);

// Behind the signature of OTA2 there is nothing to lose.
TEST_P(TrialInOta1, ACommitThatLostItsPowerBehindTheSignatureIsFinishedToo) {
  install(part_, old_slot_, old_image_);
  ASSERT_TRUE(boots(part_, layout_, old_)) << "OTA2 wins until it is retired";
  EXPECT_EQ(start(), Started::commit_done);
  EXPECT_EQ(start(), Started::on_trial);
  EXPECT_EQ(running(), new_);
}

TEST_P(TrialOn, ACommitOfAnImageThatIsNotWholeIsNotFinished) {
  if (new_ == SlotId::ota1) install(part_, old_slot_, old_image_);
  std::fill_n(part_.memory.begin() + new_slot_.offset, 8, std::byte{0xFF});
  part_.memory[new_slot_.offset + 3000] ^= std::byte{1};
  EXPECT_EQ(start(), Started::normal);
  EXPECT_EQ(running(), old_);
  EXPECT_FALSE(boot::has_signature(part_, new_slot_).value());
}

TEST_P(TrialOn, WithATryAllowedTheSecondStartRollsBack) {
  trial_.emplace(part_, library_, layout_, new_, 1);
  ASSERT_EQ(trial_->start(), Started::on_trial);
  trial_.emplace(part_, library_, layout_, new_, 1);
  EXPECT_EQ(trial_->start(), Started::rolling_back);
}

TEST_P(TrialOn, AFlashThatFailsIsReportedAndTheBoardStillBoots) {
  const Image before = part_.memory;
  ASSERT_EQ(start(), Started::on_trial);
  FlashLog log(part_);
  ASSERT_EQ(trial_->reject(), Started::rolling_back);
  const std::size_t operations = log.asked();
  ASSERT_GT(operations, 5u);
  for (std::size_t i = 0; i < operations; i += 1 + operations / 200) {
    part_.memory = before;
    trial_.emplace(part_, library_, layout_, new_);
    ASSERT_EQ(trial_->start(), Started::on_trial);
    log.clear();
    log.fail_at = i;
    const Started done = trial_->reject();
    log.fail_at.reset();
    EXPECT_TRUE(done == Started::flash_failed || done == Started::no_fallback) << "operation " << i;
    const Result<boot::Selection> selection = boot::select(part_, layout_);
    EXPECT_TRUE(selection && selection->boots()) << "operation " << i;
  }
}

}  // namespace
}  // namespace otaru::update
