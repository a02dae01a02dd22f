// What a power cut leaves in the flash, for every moment, tear and operation.
#include <algorithm>
#include <bit>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/board/nor_model.hpp>

namespace otaru::board {
namespace {

using flash::kBlockSize;
using flash::kPageSize;
using flash::kSectorSize;
using When = PowerCut::When;
using Tear = PowerCut::Tear;
using Content = std::vector<std::byte>;

constexpr std::uint32_t kSeeds = 200;
constexpr std::uint32_t kAt = 3 * kSectorSize + kPageSize;  // of programs
constexpr std::uint32_t kSector = 3 * kSectorSize;          // of erases

class NorTear : public testing::Test {
 protected:
  NorTear() {
    Random random(1);
    for (std::byte& b : old_page_) b = random.byte() | random.byte();
    for (std::byte& b : page_) b = random.byte();
    for (std::byte& b : store_) b = random.byte();
    std::ranges::copy(old_page_, store_.begin() + kAt);
    before_ = store_;
    nor_.snapshot();
  }

  /// Programs the page over its old content with a cut, and leaves the power on.
  void tear_program(Tear tear, std::uint64_t seed) {
    nor_.restore();
    nor_.arm({.when = When::inside, .tear = tear, .seed = seed});
    ASSERT_EQ(nor_.program(kAt, page_), Status::flash_failed);
    ASSERT_TRUE(unchanged_outside(kAt, kPageSize));
    nor_.power_on();
  }

  void tear_erase(std::uint32_t unit, Tear tear, std::uint64_t seed) {
    nor_.restore();
    nor_.arm({.when = When::inside, .tear = tear, .seed = seed});
    const std::uint32_t at = unit == kBlockSize ? kBlockSize : kSector;
    ASSERT_EQ(unit == kBlockSize ? nor_.erase_block(at) : nor_.erase_sector(at), Status::flash_failed);
    ASSERT_TRUE(unchanged_outside(at, unit));
    nor_.power_on();
  }

  bool unchanged_outside(std::uint32_t at, std::uint32_t length) const {
    return std::equal(store_.begin(), store_.begin() + at, before_.begin()) &&
           std::equal(store_.begin() + at + length, store_.end(), before_.begin() + at + length);
  }

  Content read(std::uint32_t at, std::uint32_t length) {
    Content out(length);
    EXPECT_EQ(nor_.read(at, out), Status::ok);
    return out;
  }

  Content page_now() const { return {store_.begin() + kAt, store_.begin() + kAt + kPageSize}; }

  static std::byte programmed(std::byte old, std::byte data) { return old & data; }

  Content store_ = Content(2 * kBlockSize, std::byte{0});
  Content before_;
  Content old_page_ = Content(kPageSize, std::byte{0});
  Content page_ = Content(kPageSize, std::byte{0});
  NorModel nor_{store_};
};

TEST_F(NorTear, HappensAtTheOperationCountedFromArming) {
  ASSERT_EQ(nor_.program(kAt, page_), Status::ok);
  nor_.arm({.at_operation = 2, .when = When::before});
  EXPECT_EQ(nor_.program(kAt, page_), Status::ok);
  EXPECT_EQ(nor_.program(kAt + 1, page_), Status::misaligned) << "a refused call does not count";
  read(0, 10);
  EXPECT_EQ(nor_.erase_sector(kSector), Status::ok);
  read(0, 10);
  EXPECT_TRUE(nor_.powered());
  EXPECT_EQ(nor_.erase_sector(0), Status::flash_failed);
  EXPECT_FALSE(nor_.powered());
  EXPECT_EQ(nor_.erase_sector(0), Status::flash_failed);
  nor_.power_on();
  EXPECT_EQ(nor_.erase_sector(0), Status::ok) << "a cut happens once";
}

TEST_F(NorTear, CanBeTakenBack) {
  nor_.arm({.when = When::before});
  nor_.disarm();
  EXPECT_EQ(nor_.erase_sector(0), Status::ok);
}

TEST_F(NorTear, BeforeAnOperationNothingOfItHappens) {
  const std::uint64_t operations = nor_.operations();
  nor_.arm({.when = When::before});
  EXPECT_EQ(nor_.program(kAt, page_), Status::flash_failed);
  nor_.power_on();
  nor_.arm({.when = When::before});
  EXPECT_EQ(nor_.erase_block(0), Status::flash_failed);
  EXPECT_EQ(store_, before_);
  EXPECT_EQ(nor_.operations(), operations);
  EXPECT_EQ(nor_.wear().total, 0u);
}

TEST_F(NorTear, AfterAnOperationAllOfItHasHappenedAndNobodyKnows) {
  nor_.arm({.when = When::after});
  EXPECT_EQ(nor_.erase_block(0), Status::flash_failed);
  EXPECT_FALSE(nor_.powered());
  EXPECT_TRUE(is_blank(Bytes(store_).first(kBlockSize)));
  EXPECT_TRUE(unchanged_outside(0, kBlockSize));
  nor_.power_on();
  nor_.arm({.when = When::after});
  EXPECT_EQ(nor_.program(kAt, page_), Status::flash_failed);
  EXPECT_EQ(page_now(), page_);
}

TEST_F(NorTear, AProgramOfSomeBytesWritesEachByteOrLeavesIt) {
  std::size_t written = 0, left = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    tear_program(Tear::some_bytes, seed);
    for (std::size_t i = 0; i < kPageSize; ++i) {
      const std::byte now = store_[kAt + i];
      const std::byte whole = programmed(old_page_[i], page_[i]);
      ASSERT_TRUE(now == old_page_[i] || now == whole);
      if (whole == old_page_[i]) continue;
      now == whole ? ++written : ++left;
    }
    ASSERT_FALSE(nor_.has_unstable_bits());
  }
  EXPECT_NEAR(static_cast<double>(written) / static_cast<double>(written + left), 0.5, 0.02);
}

TEST_F(NorTear, AProgramOfSomeBitsClearsOnlyBitsThatItShould) {
  std::size_t between = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    tear_program(Tear::some_bits, seed);
    for (std::size_t i = 0; i < kPageSize; ++i) {
      const std::byte now = store_[kAt + i];
      const std::byte whole = programmed(old_page_[i], page_[i]);
      ASSERT_EQ(now & old_page_[i], now) << "no bit rises";
      ASSERT_EQ(now & whole, whole) << "no other bit falls";
      between += now != old_page_[i] && now != whole;
    }
    ASSERT_FALSE(nor_.has_unstable_bits());
  }
  EXPECT_GT(between, 50u * kSeeds) << "most bytes with several bits are torn inside";
}

TEST_F(NorTear, UnstableBitsOfAProgramAreOnesThatWereFalling) {
  std::size_t pages_that_vary = 0, pages_that_can_read_whole = 0;
  Content whole(kPageSize);
  std::ranges::transform(old_page_, page_, whole.begin(), programmed);
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    tear_program(Tear::unstable_bits, seed);
    const Content first = read(kAt, kPageSize);
    bool varies = false;
    for (int again = 0; again < 4; ++again) {
      const Content now = read(kAt, kPageSize);
      varies |= now != first;
      for (std::size_t i = 0; i < kPageSize; ++i) {
        ASSERT_EQ(now[i] & old_page_[i], now[i]);
        ASSERT_EQ(now[i] & whole[i], whole[i]);
      }
    }
    pages_that_vary += varies;
    std::size_t far_from_whole = 0;
    for (std::size_t i = 0; i < kPageSize; ++i)
      far_from_whole +=
          static_cast<std::size_t>(std::popcount(std::to_integer<unsigned>(first[i] ^ whole[i])));
    pages_that_can_read_whole += far_from_whole < 40;
  }
  EXPECT_EQ(pages_that_vary, kSeeds);
  EXPECT_NEAR(static_cast<double>(pages_that_can_read_whole), kSeeds / 3.0, kSeeds / 6.0)
      << "a third of the tears is nearly done, the most treacherous kind";
}

TEST_F(NorTear, UnstableBitsAreStableWhenTheSameBitsAreProgrammedAgain) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    tear_program(Tear::unstable_bits, seed);
    ASSERT_EQ(nor_.program(kAt, page_), Status::ok);
    for (int again = 0; again < 3; ++again) {
      const Content now = read(kAt, kPageSize);
      for (std::size_t i = 0; i < kPageSize; ++i) ASSERT_EQ(now[i], programmed(old_page_[i], page_[i]));
    }
  }
}

TEST_F(NorTear, AnEraseOfSomeBytesErasesOneHalf) {
  std::set<std::pair<bool, bool>> halves;
  for (const std::uint32_t unit : {kSectorSize, kBlockSize}) {
    const std::uint32_t at = unit == kBlockSize ? kBlockSize : kSector;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      tear_erase(unit, Tear::some_bytes, seed);
      const Bytes first = Bytes(store_).subspan(at, unit / 2);
      const Bytes second = Bytes(store_).subspan(at + unit / 2, unit / 2);
      halves.insert({is_blank(first), is_blank(second)});
      ASSERT_TRUE(is_blank(first) || equal(first, Bytes(before_).subspan(at, unit / 2)));
      ASSERT_TRUE(is_blank(second) || equal(second, Bytes(before_).subspan(at + unit / 2, unit / 2)));
    }
  }
  EXPECT_EQ(halves, (std::set<std::pair<bool, bool>>{{true, false}, {false, true}}));
}

TEST_F(NorTear, AnEraseOfSomeBitsLeavesRandomBytes) {
  std::size_t ones_lost = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    tear_erase(kSectorSize, Tear::some_bits, seed);
    std::array<std::size_t, 256> seen{};
    for (std::uint32_t i = kSector; i < kSector + kSectorSize; ++i) {
      ++seen[std::to_integer<std::size_t>(store_[i])];
      ones_lost += (before_[i] & ~store_[i]) != std::byte{0};
    }
    ASSERT_GT(std::ranges::count_if(seen, [](std::size_t n) { return n > 0; }), 250);
    ASSERT_FALSE(nor_.has_unstable_bits());
  }
  EXPECT_GT(ones_lost, 0u) << "bits that were 1 can be lost";
}

TEST_F(NorTear, UnstableBitsOfAnEraseLastUntilTheNextErase) {
  std::size_t like_before = 0, like_blank = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    tear_erase(kSectorSize, Tear::unstable_bits, seed);
    ASSERT_TRUE(nor_.has_unstable_bits());
    const Content first = read(kSector, kSectorSize);
    ASSERT_NE(first, read(kSector, kSectorSize)) << "seed " << seed;
    std::size_t same = 0, blank = 0;
    for (std::uint32_t i = 0; i < kSectorSize; ++i) {
      ASSERT_EQ(first[i] & nor_.content()[kSector + i], first[i]) << "an unstable bit is stored as 1";
      same += first[i] == before_[kSector + i];
      blank += first[i] == std::byte{0xFF};
    }
    like_before += same > kSectorSize / 2;
    like_blank += blank > kSectorSize / 2;
    ASSERT_EQ(nor_.erase_sector(kSector), Status::ok);
    ASSERT_FALSE(nor_.has_unstable_bits());
    ASSERT_TRUE(is_blank(read(kSector, kSectorSize)));
  }
  EXPECT_GT(like_before, kSeeds / 5) << "barely begun";
  EXPECT_GT(like_blank, kSeeds / 5) << "nearly done";
  EXPECT_LT(like_before + like_blank, kSeeds - kSeeds / 5) << "half way";
}

TEST_F(NorTear, ATornEraseOverUnstableBitsLeavesNoneWhereItHasErased) {
  tear_erase(kSectorSize, Tear::unstable_bits, 5);
  nor_.arm({.when = When::inside, .tear = Tear::some_bits, .seed = 1});
  ASSERT_EQ(nor_.erase_sector(kSector), Status::flash_failed);
  nor_.power_on();
  EXPECT_FALSE(nor_.has_unstable_bits());
  EXPECT_EQ(read(kSector, kSectorSize), read(kSector, kSectorSize));
}

TEST_F(NorTear, TheSameCutLeavesTheSameBytesAndReadsTheSame) {
  for (const Tear tear : {Tear::some_bytes, Tear::some_bits, Tear::unstable_bits}) {
    std::set<Content> outcomes;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      tear_program(tear, seed);
      const Content stored = page_now(), seen = read(kAt, kPageSize);
      tear_program(tear, seed);
      ASSERT_EQ(page_now(), stored);
      ASSERT_EQ(read(kAt, kPageSize), seen);
      outcomes.insert(seen);
    }
    EXPECT_EQ(outcomes.size(), 20u) << "every seed is another tear";
  }
}

TEST_F(NorTear, ASnapshotBringsBackUnstableBitsAndHowTheyWillRead) {
  tear_program(Tear::unstable_bits, 3);
  nor_.snapshot();
  const Content seen = read(kAt, kPageSize);
  ASSERT_EQ(nor_.erase_sector(kSector), Status::ok);
  ASSERT_FALSE(nor_.has_unstable_bits());
  nor_.restore();
  EXPECT_TRUE(nor_.has_unstable_bits());
  EXPECT_EQ(read(kAt, kPageSize), seen);
  nor_.release();
  nor_.restore();
  EXPECT_FALSE(nor_.has_unstable_bits());
  EXPECT_EQ(store_, before_);
}

}  // namespace
}  // namespace otaru::board
