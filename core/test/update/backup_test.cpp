#include <flash/flash_log.hpp>
#include <gtest/gtest.h>
#include <image/made_image2.hpp>
#include <update/installed.hpp>

#include <otaru/update/backup.hpp>

namespace otaru::update {
namespace {

using flash::FlashLog;
using flash::kSectorSize;
using flash::kSmallLayout;
using flash::Operation;
using flash::RamFlash;

class Backup : public testing::Test {
 protected:
  Backup() {
    install(part_, kSmallLayout.ota2, image_);
    for (std::uint32_t i = 0; i < 4; ++i) part_.memory[kSmallLayout.ota2.offset + i] = std::byte{0};
  }

  /// The first sector of OTA2 but for its signature.
  Image body() const {
    const Image sector = content(part_, kSmallLayout.ota2, kSectorSize);
    return {sector.begin() + 8, sector.end()};
  }
  std::byte& at(std::uint32_t offset) { return part_.memory[kSmallLayout.backup.offset + offset]; }
  bool valid() { return backup_.valid().value(); }

  crypto::TestCrypto library_;
  RamFlash part_ = used_part(kSmallLayout);
  const Image image_ = image::made_image2({.seed = 2});
  BackupSector<RamFlash, crypto::TestCrypto> backup_{part_, library_, kSmallLayout};
};

TEST_F(Backup, HoldsNothingUntilItIsSaved) {
  EXPECT_FALSE(valid());
  EXPECT_EQ(backup_.save(), Status::ok);
  EXPECT_TRUE(valid());
}

TEST_F(Backup, ProgramsItsHeaderLast) {
  FlashLog log(part_);
  ASSERT_EQ(backup_.save(), Status::ok);
  ASSERT_GT(log.changes().size(), 2u);
  EXPECT_EQ(log.changes().front().operation, Operation::erase_sector);
  EXPECT_EQ(log.changes().back(), (flash::LogEntry{Operation::program, kSmallLayout.backup.offset, 8}));
  for (std::size_t i = 1; i + 1 < log.changes().size(); ++i)
    EXPECT_GE(log.changes()[i].at, kSmallLayout.backup.offset + 8);
}

TEST_F(Backup, BringsTheSectorBackWithoutASignature) {
  const Image before = body();
  ASSERT_EQ(backup_.save(), Status::ok);
  ASSERT_EQ(part_.erase_sector(kSmallLayout.ota2.offset), Status::ok);
  ASSERT_EQ(backup_.restore(), Status::ok);
  EXPECT_EQ(body(), before);
  EXPECT_TRUE(is_blank(content(part_, kSmallLayout.ota2, 8)));
  EXPECT_EQ(set_signature(part_, kSmallLayout.ota2), Status::ok);
  EXPECT_EQ(content(part_, kSmallLayout.ota2, image_.size()), image_);
}

// Two cuts that bricked a board: the signature set by halves, then the erase of its sector torn.
TEST_F(Backup, ClearsAHalfSetSignatureBeforeItErasesItsSector) {
  ASSERT_EQ(backup_.save(), Status::ok);
  FlashLog log(part_);
  ASSERT_EQ(backup_.restore(), Status::ok);
  ASSERT_GE(log.changes().size(), 2u);
  EXPECT_EQ(log.changes()[0], (flash::LogEntry{Operation::program, kSmallLayout.ota2.offset, 4}));
  EXPECT_EQ(log.changes()[1],
            (flash::LogEntry{Operation::erase_sector, kSmallLayout.ota2.offset, kSectorSize}));
}

TEST_F(Backup, IsNotValidWithAnyByteChanged) {
  ASSERT_EQ(backup_.save(), Status::ok);
  for (std::uint32_t offset = 0; offset < kSectorSize; ++offset) {
    at(offset) ^= std::byte{0x04};
    EXPECT_FALSE(valid()) << offset;
    at(offset) ^= std::byte{0x04};
  }
  EXPECT_TRUE(valid());
}

TEST_F(Backup, IsNotValidForAnotherSlotsNumber) {
  ASSERT_EQ(backup_.save(), Status::ok);
  at(0) = std::byte{1};
  EXPECT_FALSE(valid());
}

TEST_F(Backup, ClearEndsItForGood) {
  ASSERT_EQ(backup_.save(), Status::ok);
  EXPECT_EQ(backup_.clear(), Status::ok);
  EXPECT_FALSE(valid());
  EXPECT_FALSE(backup_.half_cleared().value());
}

TEST_F(Backup, KnowsAHeaderThatWasClearedByHalves) {
  ASSERT_EQ(backup_.save(), Status::ok);
  for (std::uint32_t cleared = 0; cleared < 4; ++cleared) {
    EXPECT_TRUE(backup_.half_cleared().value()) << cleared << " bytes";
    at(cleared) = std::byte{0};
  }
  EXPECT_FALSE(backup_.half_cleared().value());
}

TEST_F(Backup, BytesOfOthersAreNotTakenForAHalfClearedHeader) {
  for (const unsigned first : {0xFFu, 0x01u, 0x80u}) {
    blank(part_, kSmallLayout.backup);
    at(0) = static_cast<std::byte>(first);
    EXPECT_FALSE(backup_.half_cleared().value()) << first;
  }
}

TEST_F(Backup, AFailureAtAnyOperationIsReported) {
  const Image before = part_.memory;
  FlashLog log(part_);
  ASSERT_EQ(backup_.save(), Status::ok);
  ASSERT_EQ(backup_.restore(), Status::ok);
  const std::size_t operations = log.asked();
  ASSERT_GT(operations, 100u);
  for (std::size_t i = 0; i < operations; ++i) {
    part_.memory = before;
    log.clear();
    log.fail_at = i;
    Status status = backup_.save();
    if (status == Status::ok) status = backup_.restore();
    ASSERT_EQ(status, Status::flash_failed) << "operation " << i;
    ASSERT_EQ(log.asked(), i + 1) << "went on after the error";
  }
}

}  // namespace
}  // namespace otaru::update
