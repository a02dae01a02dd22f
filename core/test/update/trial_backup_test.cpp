// What a start makes of a Backup sector that a cut roll back has left.
#include <gtest/gtest.h>
#include <image/made_image2.hpp>
#include <update/installed.hpp>

#include <otaru/update/trial.hpp>

namespace otaru::update {
namespace {

using flash::SlotId;

constexpr const flash::Layout& kLayout = flash::kSmallLayout;

class TrialWithBackup : public testing::Test {
 protected:
  /// OTA1 was rejected and OTA2 is back and boots; the power failed before OTA1 was retired.
  void cut_a_roll_back_at_its_end() {
    install_pending(part_, kLayout.ota1, image::made_image2({.seed = 1}));
    install_pending(part_, kLayout.ota2, image::made_image2({.seed = 2}));
    ASSERT_EQ(mark_rejected(part_, kLayout.ota1), Status::ok);
    BackupSector backup(part_, library_, kLayout);
    ASSERT_EQ(backup.save(), Status::ok);
    ASSERT_TRUE(*backup.valid());
  }

  flash::RamFlash part_ = used_part(kLayout);
  crypto::TestCrypto library_;
};

TEST_F(TrialWithBackup, FinishesARollBackToAConfirmedImage) {
  cut_a_roll_back_at_its_end();
  ASSERT_EQ(mark_confirmed(part_, kLayout.ota2), Status::ok);
  Trial trial(part_, library_, kLayout, SlotId::ota2);
  EXPECT_EQ(trial.start(), Started::rolled_back);
  EXPECT_FALSE(trial.on_trial());
  EXPECT_FALSE(*boot::has_signature(part_, kLayout.ota1));
  EXPECT_FALSE(*BackupSector(part_, library_, kLayout).valid());
  EXPECT_TRUE(boots(part_, kLayout, SlotId::ota2));
}

// Found by fuzz/trial_start.cpp: the board took the image for one on trial, yet neither counted its starts
// nor said so, and refused every push until somebody reset it.
TEST_F(TrialWithBackup, AnImageThatWasStrandedOnItsTrialTakesPushesAgain) {
  cut_a_roll_back_at_its_end();
  for (std::uint32_t tries = 0; tries < 3; ++tries)
    ASSERT_EQ(mark_try(part_, kLayout.ota2, tries), Status::ok);
  ASSERT_EQ(state_of(part_, kLayout.ota2).state, TrialState::pending);
  Trial trial(part_, library_, kLayout, SlotId::ota2);
  EXPECT_EQ(trial.start(), Started::no_fallback);
  EXPECT_FALSE(trial.on_trial());
  EXPECT_TRUE(boots(part_, kLayout, SlotId::ota2));
}

TEST_F(TrialWithBackup, AnImageWithTriesLeftGoesOnWithItsTrial) {
  cut_a_roll_back_at_its_end();
  Trial trial(part_, library_, kLayout, SlotId::ota2);
  EXPECT_EQ(trial.start(), Started::on_trial);
  EXPECT_EQ(trial.own().tries, 1u);
  EXPECT_TRUE(boots(part_, kLayout, SlotId::ota2));
}

}  // namespace
}  // namespace otaru::update
