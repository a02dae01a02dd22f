#include <vector>

#include <gtest/gtest.h>
#include <image/made_image2.hpp>
#include <update/installed.hpp>

#include <otaru/update/slot_state.hpp>

namespace otaru::update {
namespace {

using flash::kSmallLayout;
using flash::RamFlash;

class SlotStateOf : public testing::Test {
 protected:
  void SetUp() override { install_pending(part_, slot_, image_); }

  SlotState state() { return state_of(part_, slot_); }
  SlotHistory history() { return read_slot_history(part_, library_, slot_).value(); }
  std::byte& at(std::uint32_t offset) { return part_.memory[slot_.record() + offset]; }

  const flash::Slot& slot_ = kSmallLayout.ota1;
  const Image image_ = image::made_image2({.seed = 2});
  crypto::TestCrypto library_;
  RamFlash part_ = used_part(kSmallLayout);
};

TEST_F(SlotStateOf, ABlankSectorIsNoneAndClean) {
  blank(part_, {slot_.record(), flash::kSectorSize});
  EXPECT_EQ(state().state, TrialState::none);
  EXPECT_EQ(state().rejected, Record::none());
  EXPECT_EQ(history(), SlotHistory::clean);
}

TEST_F(SlotStateOf, ARecordWithoutMarksIsPending) {
  EXPECT_EQ(state().state, TrialState::pending);
  EXPECT_EQ(state().tries, 0u);
  EXPECT_EQ(state().record.sha256, record_of(image_).sha256);
  EXPECT_EQ(history(), SlotHistory::clean);
}

TEST_F(SlotStateOf, TriesAreCountedUpToEight) {
  for (std::uint32_t tries = 0; tries < kMaxTries; ++tries) {
    ASSERT_EQ(mark_try(part_, slot_, tries), Status::ok);
    EXPECT_EQ(state().tries, tries + 1);
  }
  EXPECT_EQ(mark_try(part_, slot_, kMaxTries), Status::out_of_range);
}

// A cut may lose any part of a mark's bits.
TEST_F(SlotStateOf, AnyChangeOfATryCounts) {
  for (std::uint32_t bit = 0; bit < 8 * kMarkSize; ++bit) {
    std::byte& torn = at(kMarksOffset + bit / 8);
    torn ^= static_cast<std::byte>(1u << bit % 8);
    EXPECT_EQ(state().tries, 1u) << "bit " << bit;
    torn = std::byte{0xFF};
  }
}

TEST_F(SlotStateOf, AnyChangeOfTheRejectedMarkCountsAndOverrulesConfirmed) {
  ASSERT_EQ(mark_confirmed(part_, slot_), Status::ok);
  for (std::uint32_t bit = 0; bit < 8 * kMarkSize; ++bit) {
    std::byte& torn = at(kRejectedOffset + bit / 8);
    torn ^= static_cast<std::byte>(1u << bit % 8);
    EXPECT_EQ(state().state, TrialState::rejected) << "bit " << bit;
    EXPECT_EQ(state().rejected, record_of(image_).sha256);
    torn = std::byte{0xFF};
  }
  EXPECT_EQ(state().state, TrialState::confirmed);
}

TEST_F(SlotStateOf, ConfirmedCountsOnlyWhole) {
  ASSERT_EQ(mark_confirmed(part_, slot_), Status::ok);
  ASSERT_EQ(state().state, TrialState::confirmed);
  for (std::uint32_t bit = 0; bit < 8 * kMarkSize; ++bit) {
    at(kConfirmedOffset + bit / 8) ^= static_cast<std::byte>(1u << bit % 8);
    EXPECT_EQ(state().state, TrialState::pending) << "bit " << bit;
    at(kConfirmedOffset + bit / 8) ^= static_cast<std::byte>(1u << bit % 8);
  }
}

TEST_F(SlotStateOf, TheWritingMarkSilencesTheRecordButNotItsRejection) {
  ASSERT_EQ(mark_confirmed(part_, slot_), Status::ok);
  ASSERT_EQ(mark_writing(part_, slot_), Status::ok);
  EXPECT_EQ(state().state, TrialState::none);
  EXPECT_EQ(state().rejected, Record::none());
  EXPECT_EQ(history(), SlotHistory::interrupted);
  ASSERT_EQ(mark_rejected(part_, slot_), Status::ok);
  EXPECT_EQ(state().state, TrialState::none);
  EXPECT_EQ(state().rejected, record_of(image_).sha256);
}

TEST_F(SlotStateOf, ARejectionOfAnEarlierImageIsRemembered) {
  Record record = record_of(image_);
  record.rejected = other_digest();
  ASSERT_EQ(part_.erase_sector(slot_.record()), Status::ok);
  ASSERT_EQ(write_record(part_, library_, slot_, record), Status::ok);
  EXPECT_EQ(state().state, TrialState::pending);
  EXPECT_EQ(state().rejected, other_digest());
}

TEST_F(SlotStateOf, ARecordOfALengthThatDoesNotFitTheSlotIsNone) {
  for (const std::uint32_t length : std::vector<std::uint32_t>{0u, slot_.capacity() + 1, 0xFFFF'FFFFu}) {
    Record record = record_of(image_);
    record.length = length;
    ASSERT_EQ(part_.erase_sector(slot_.record()), Status::ok);
    ASSERT_EQ(write_record(part_, library_, slot_, record), Status::ok);
    EXPECT_EQ(state().state, TrialState::none) << length;
  }
}

TEST_F(SlotStateOf, BytesThatAreNoRecordAreAnInterruptedHistory) {
  blank(part_, {slot_.record(), flash::kSectorSize});
  for (const std::uint32_t offset :
       std::vector<std::uint32_t>{0u, 40u, 111u, kMarksOffset, kConfirmedOffset, kRejectedOffset + 15,
                                  kWritingOffset, kWritingOffset + 15}) {
    at(offset) = std::byte{0xFE};
    EXPECT_EQ(state().state, TrialState::none) << offset;
    EXPECT_EQ(history(), SlotHistory::interrupted) << offset;
    at(offset) = std::byte{0xFF};
  }
  EXPECT_EQ(history(), SlotHistory::clean);
}

}  // namespace
}  // namespace otaru::update
