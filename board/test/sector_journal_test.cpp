#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/board/random.hpp>
#include <otaru/board/sector_journal.hpp>
#include <otaru/flash/flash.hpp>

namespace otaru::board {
namespace {

constexpr std::uint32_t kSector = flash::kSectorSize;

class SectorJournalTest : public testing::Test {
 protected:
  void set(std::uint32_t at, std::uint32_t length, unsigned value) {
    journal_.about_to_change(at, length);
    std::fill_n(store_.begin() + at, length, static_cast<std::byte>(value));
  }

  std::vector<std::byte> store_ = std::vector<std::byte>(8 * kSector, std::byte{0});
  SectorJournal journal_{store_};
};

TEST_F(SectorJournalTest, RewindsToTheMarkAsOftenAsWanted) {
  set(10, 5, 1);
  const auto marked = store_;
  journal_.mark();
  for (unsigned i = 2; i < 5; ++i) {
    set(12, 1, i);
    set(kSector - 1, 2, i);
    set(12, 1, i + 1);
    ASSERT_NE(store_, marked);
    journal_.rewind();
    ASSERT_EQ(store_, marked);
  }
}

TEST_F(SectorJournalTest, WithoutAMarkNothingHappens) {
  set(0, 10, 1);
  const auto now = store_;
  journal_.rewind();
  journal_.release();
  EXPECT_EQ(store_, now);
}

TEST_F(SectorJournalTest, MarksNest) {
  journal_.mark();
  const auto outer = store_;
  set(0, 10, 1);
  journal_.mark();
  const auto inner = store_;
  set(5, 10, 2);
  set(3 * kSector, 1, 2);
  journal_.rewind();
  EXPECT_EQ(store_, inner);
  set(kSector, 1, 3);
  journal_.rewind();
  EXPECT_EQ(store_, inner);
  journal_.release();
  journal_.rewind();
  EXPECT_EQ(store_, outer);
}

TEST_F(SectorJournalTest, AReleasedMarkLeavesTheEarlierOneIntact) {
  journal_.mark();
  const auto outer = store_;
  set(0, 1, 1);
  journal_.mark();
  set(0, 1, 2);
  set(kSector, 1, 2);
  const auto now = store_;
  journal_.release();
  EXPECT_EQ(store_, now);
  set(kSector, 1, 3);
  journal_.rewind();
  EXPECT_EQ(store_, outer);
}

TEST_F(SectorJournalTest, HoldsASectorOnceHoweverOftenItChanges) {
  set(0, 1, 1);
  EXPECT_EQ(journal_.held(), 0u) << "no mark, no log";
  journal_.mark();
  for (unsigned i = 0; i < 10; ++i) {
    set(0, 1, i);
    journal_.mark();
    set(0, 1, i + 1);
    EXPECT_EQ(journal_.held(), 2u);
    journal_.rewind();
    journal_.release();
    EXPECT_EQ(journal_.held(), 1u);
  }
  journal_.release();
  EXPECT_EQ(journal_.held(), 0u);
}

// Against the plain way: keep whole copies.
TEST_F(SectorJournalTest, DoesWhatAStackOfCopiesWouldDo) {
  Random random(2026);
  std::vector<std::vector<std::byte>> copies;
  int rewinds = 0;
  for (int step = 0; step < 20'000; ++step) {
    switch (random.below(8)) {
      case 0:
        if (copies.size() < 4) {
          journal_.mark();
          copies.push_back(store_);
        }
        break;
      case 1:
        journal_.rewind();
        if (copies.empty()) break;
        ++rewinds;
        ASSERT_EQ(store_, copies.back()) << "step " << step;
        break;
      case 2:
        if (random.below(2) == 0) break;
        journal_.release();
        if (!copies.empty()) copies.pop_back();
        break;
      default: {
        const std::uint32_t length = 1 + random.below(random.below(8) == 0 ? 2 * kSector : 50);
        set(random.below(8 * kSector - length), length, random.bits() & 0xFF);
      }
    }
  }
  EXPECT_GT(rewinds, 1000);
}

}  // namespace
}  // namespace otaru::board
