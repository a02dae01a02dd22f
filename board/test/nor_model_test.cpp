#include <stdexcept>
#include <vector>

#include <flash/flash_contract.hpp>
#include <gtest/gtest.h>

#include <otaru/board/nor_model.hpp>

namespace otaru::board {

struct NorPart {
  std::vector<std::byte> store = std::vector<std::byte>(flash::kContractSize, std::byte{0});
  NorModel part{store};
  NorModel& flash() { return part; }
};

}  // namespace otaru::board

namespace otaru::flash {
INSTANTIATE_TYPED_TEST_SUITE_P(OfNorModel, FlashContract, board::NorPart);
}

namespace otaru::board {
namespace {

using namespace std::chrono_literals;
using flash::kBlockSize;
using flash::kPageSize;
using flash::kSectorSize;

class NorModelTest : public testing::Test {
 protected:
  std::vector<std::byte> store_ = std::vector<std::byte>(2 * kBlockSize, std::byte{0xFF});
  NorModel nor_{store_};
  std::vector<std::byte> page_ = std::vector<std::byte>(kPageSize, std::byte{0x42});
};

TEST_F(NorModelTest, RefusesAStoreThatIsNoFlash) {
  std::vector<std::byte> odd(kSectorSize + 1);
  EXPECT_THROW(NorModel{odd}, std::invalid_argument);
  EXPECT_THROW(NorModel{MutableBytes{}}, std::invalid_argument);
  std::vector<std::byte> sector(kSectorSize);
  EXPECT_EQ(NorModel{sector}.size(), kSectorSize);
}

TEST_F(NorModelTest, KeepsEverythingInTheStoreOfItsOwner) {
  ASSERT_EQ(nor_.program(kSectorSize, page_), Status::ok);
  EXPECT_EQ(store_[kSectorSize], std::byte{0x42});
  EXPECT_EQ(nor_.content().data(), store_.data());
}

TEST_F(NorModelTest, CountsOperationsAndTheirTime) {
  std::vector<std::byte> out(1000);
  ASSERT_EQ(nor_.erase_block(0), Status::ok);
  ASSERT_EQ(nor_.erase_sector(kBlockSize), Status::ok);
  ASSERT_EQ(nor_.erase_sector(kBlockSize), Status::ok);
  ASSERT_EQ(nor_.program(0, page_), Status::ok);
  ASSERT_EQ(nor_.program(kPageSize, Bytes(page_).first(12)), Status::ok);
  ASSERT_EQ(nor_.read(0, out), Status::ok);
  ASSERT_EQ(nor_.read_by_command(0, out), Status::ok);

  const NorStatistics& s = nor_.statistics();
  EXPECT_EQ(s.block_erases, 1u);
  EXPECT_EQ(s.sector_erases, 2u);
  EXPECT_EQ(s.programs, 2u);
  EXPECT_EQ(s.bytes_programmed, 268u);
  EXPECT_EQ(s.reads, 2u);
  EXPECT_EQ(s.bytes_read, 2000u);
  EXPECT_EQ(s.erasing, 150ms + 2 * 38'500us);
  EXPECT_EQ(s.programming, 700us + 47'500ns);
  EXPECT_EQ(s.reading, 50us + 710us);
  EXPECT_EQ(s.busy(), s.erasing + s.programming + s.reading);
  EXPECT_EQ(nor_.operations(), 5u);
}

TEST_F(NorModelTest, CountsNothingThatIsRefused) {
  EXPECT_EQ(nor_.program(1, page_), Status::misaligned);
  EXPECT_EQ(nor_.erase_sector(1), Status::misaligned);
  EXPECT_EQ(nor_.erase_block(2 * kBlockSize), Status::out_of_range);
  EXPECT_EQ(nor_.read(2 * kBlockSize, page_), Status::out_of_range);
  EXPECT_EQ(nor_.operations(), 0u);
  EXPECT_EQ(nor_.statistics().reads, 0u);
  EXPECT_EQ(nor_.statistics().busy(), 0ns);
  EXPECT_EQ(nor_.wear().total, 0u);
}

TEST_F(NorModelTest, WearsASectorWithEveryEraseAndABlockEraseWearsSixteen) {
  for (int i = 0; i < 3; ++i) ASSERT_EQ(nor_.erase_sector(2 * kSectorSize), Status::ok);
  ASSERT_EQ(nor_.erase_block(0), Status::ok);
  EXPECT_EQ(nor_.wear_of(2 * kSectorSize), 4u);
  EXPECT_EQ(nor_.wear_of(2 * kSectorSize + 17), 4u);
  EXPECT_EQ(nor_.wear_of(3 * kSectorSize), 1u);
  EXPECT_EQ(nor_.wear_of(kBlockSize), 0u);
  EXPECT_EQ(nor_.wear().max, 4u);
  EXPECT_EQ(nor_.wear().total, 3u + 16u);
}

TEST_F(NorModelTest, TellsItsObserverHowLongItIsBusy) {
  std::vector<std::chrono::nanoseconds> told;
  nor_.on_busy = [&](std::chrono::nanoseconds time) { told.push_back(time); };
  ASSERT_EQ(nor_.program(0, page_), Status::ok);
  ASSERT_EQ(nor_.erase_sector(0), Status::ok);
  ASSERT_EQ(nor_.read(0, page_), Status::ok);
  EXPECT_EQ(nor_.program(1, page_), Status::misaligned);
  EXPECT_EQ(told, (std::vector<std::chrono::nanoseconds>{700us, 38'500us, 12'800ns}));
}

TEST_F(NorModelTest, TakesTheTimesOfAnotherPart) {
  Timing timing;
  timing.erase_sector = 1s;
  NorModel slow(store_, timing);
  ASSERT_EQ(slow.erase_sector(0), Status::ok);
  EXPECT_EQ(slow.statistics().erasing, 1s);
  EXPECT_EQ(slow.timing().erase_sector, 1s);
}

TEST_F(NorModelTest, DoesNothingWithoutPower) {
  ASSERT_EQ(nor_.program(0, page_), Status::ok);
  nor_.power_off();
  EXPECT_FALSE(nor_.powered());
  const auto before = store_;
  std::vector<std::byte> out(4, std::byte{0xA5});
  EXPECT_EQ(nor_.read(0, out), Status::flash_failed);
  EXPECT_EQ(nor_.read_by_command(0, out), Status::flash_failed);
  EXPECT_EQ(nor_.program(kPageSize, page_), Status::flash_failed);
  EXPECT_EQ(nor_.erase_sector(0), Status::flash_failed);
  EXPECT_EQ(nor_.erase_block(0), Status::flash_failed);
  EXPECT_EQ(out, std::vector<std::byte>(4, std::byte{0xA5}));
  EXPECT_EQ(store_, before);
  EXPECT_EQ(nor_.operations(), 1u);

  nor_.power_on();
  EXPECT_EQ(nor_.read(0, out), Status::ok);
  EXPECT_EQ(out, std::vector<std::byte>(4, std::byte{0x42}));
}

TEST_F(NorModelTest, ASnapshotBringsBackContentPowerAndArmedCut) {
  ASSERT_EQ(nor_.program(0, page_), Status::ok);
  nor_.arm({.at_operation = 1, .when = PowerCut::When::before});
  nor_.snapshot();
  const auto before = store_;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(nor_.erase_block(0), Status::ok);
    EXPECT_EQ(nor_.program(0, page_), Status::flash_failed);
    EXPECT_FALSE(nor_.powered());
    EXPECT_NE(store_, before);
    nor_.restore();
    EXPECT_TRUE(nor_.powered());
    EXPECT_EQ(store_, before);
  }
  EXPECT_EQ(nor_.operations(), 4u) << "statistics go on counting";
}

TEST_F(NorModelTest, SnapshotsNestAndAReleasedOneLeavesTheEarlier) {
  nor_.snapshot();
  const auto blank = store_;
  ASSERT_EQ(nor_.program(0, page_), Status::ok);
  nor_.snapshot();
  ASSERT_EQ(nor_.erase_sector(0), Status::ok);
  ASSERT_EQ(nor_.program(kSectorSize, page_), Status::ok);
  const auto now = store_;
  nor_.release();
  EXPECT_EQ(store_, now);
  nor_.restore();
  EXPECT_EQ(store_, blank);
  nor_.release();
  nor_.restore();
  nor_.release();
  EXPECT_EQ(store_, blank) << "without a snapshot nothing happens";
}

}  // namespace
}  // namespace otaru::board
