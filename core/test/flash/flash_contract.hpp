// The contract of the Flash concept, as tests that every implementation passes.
//
// How to run it against a part: write a Maker and instantiate the suite,
//
//   struct RamPart {
//     otaru::flash::RamFlash part{kContractSize};
//     otaru::flash::RamFlash& flash() { return part; }
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(OfRamFlash, FlashContract, RamPart);
//
// A Maker is default constructible and owns one part of at least kContractSize bytes with any content.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/flash/flash.hpp>

namespace otaru::flash {

/// Bytes: three blocks, so that a block in the middle has neighbours.
inline constexpr std::uint32_t kContractSize = 3 * kBlockSize;

template <class Maker>
class FlashContract : public testing::Test {
 protected:
  using Part = std::remove_reference_t<decltype(std::declval<Maker&>().flash())>;
  static_assert(Flash<Part>);
  using Places = std::vector<std::uint32_t>;

  void SetUp() override {
    ASSERT_GE(flash_.size(), kContractSize);
    ASSERT_EQ(flash_.size() % kBlockSize, 0u);
    for (std::uint32_t at = 0; at < flash_.size(); at += kBlockSize)
      ASSERT_EQ(flash_.erase_block(at), Status::ok);
  }

  std::vector<std::byte> read(std::uint32_t at, std::size_t length) {
    std::vector<std::byte> out(length, std::byte{0xA5});
    EXPECT_EQ(flash_.read(at, out), Status::ok);
    return out;
  }

  std::vector<std::byte> content() { return read(0, flash_.size()); }

  Status program(std::uint32_t at, const std::vector<std::byte>& data) { return flash_.program(at, data); }

  /// `length` bytes, none of them 0xFF, all of them different from their neighbours.
  static std::vector<std::byte> pattern(std::size_t length, unsigned start = 1) {
    std::vector<std::byte> out(length);
    for (std::size_t i = 0; i < length; ++i) out[i] = static_cast<std::byte>((start + i * 7) % 251);
    return out;
  }

  /// Programs every byte of the part, so that a change anywhere shows.
  void fill() {
    for (std::uint32_t at = 0; at < flash_.size(); at += kPageSize)
      ASSERT_EQ(program(at, pattern(kPageSize, at / kPageSize)), Status::ok);
  }

  /// What is in the part after `before` lost `length` bytes at `at` to an erase.
  static std::vector<std::byte> erased(std::vector<std::byte> before, std::uint32_t at,
                                       std::uint32_t length) {
    for (std::uint32_t i = 0; i < length; ++i) before[at + i] = std::byte{0xFF};
    return before;
  }

  Maker maker_;
  Part& flash_ = maker_.flash();
};

TYPED_TEST_SUITE_P(FlashContract);

TYPED_TEST_P(FlashContract, AnErasedPartIsAllOnes) {
  EXPECT_EQ(this->content(), std::vector<std::byte>(this->flash_.size(), std::byte{0xFF}));
}

TYPED_TEST_P(FlashContract, ReadsAnyLengthAtAnyPlace) {
  this->fill();
  const auto whole = this->content();
  const std::uint32_t size = this->flash_.size();
  const std::pair<std::uint32_t, std::uint32_t> places[] = {
      {0, 1},
      {1, 1},
      {3, 1021},
      {kPageSize - 1, 2},
      {kSectorSize - 5, 2 * kSectorSize},
      {kBlockSize - 1, kBlockSize + 2},
      {size - 1, 1},
      {size - 300, 300},
      {0, size},
  };
  for (const auto& [at, length] : places)
    EXPECT_EQ(this->read(at, length), std::vector<std::byte>(whole.begin() + at, whole.begin() + at + length))
        << length << " bytes at " << at;
}

TYPED_TEST_P(FlashContract, ReadingNothingIsFineUpToTheEnd) {
  EXPECT_EQ(this->flash_.read(0, {}), Status::ok);
  EXPECT_EQ(this->flash_.read(this->flash_.size(), {}), Status::ok);
  EXPECT_EQ(this->flash_.read(this->flash_.size() + 1, {}), Status::out_of_range);
  EXPECT_EQ(this->flash_.read(0xFFFF'FFFF, {}), Status::out_of_range);
}

TYPED_TEST_P(FlashContract, AReadThatLeavesThePartIsRefusedAndGivesNothing) {
  const std::uint32_t size = this->flash_.size();
  const std::pair<std::uint32_t, std::size_t> places[] = {
      {size, 1},        {size - 1, 2},    {0, size + std::size_t{1}},
      {0xFFFF'FFFF, 1}, {0xFFFF'FFFF, 2}, {0xFFFF'FF00, 256},
  };
  for (const auto& [at, length] : places) {
    std::vector<std::byte> out(length, std::byte{0xA5});
    EXPECT_EQ(this->flash_.read(at, out), Status::out_of_range) << length << " bytes at " << at;
    EXPECT_EQ(out, std::vector<std::byte>(length, std::byte{0xA5}));
  }
}

TYPED_TEST_P(FlashContract, ProgramsAWholePageOrAnyPartOfIt) {
  auto expected = this->content();
  const std::pair<std::uint32_t, std::uint32_t> places[] = {
      {0, kPageSize},
      {kPageSize, 1},
      {2 * kPageSize - 1, 1},
      {2 * kPageSize + 7, 13},
      {3 * kPageSize + 1, kPageSize - 1},
      {kBlockSize, 12},
      {this->flash_.size() - 1, 1},
      {this->flash_.size() - 2 * kPageSize, kPageSize},
  };
  for (const auto& [at, length] : places) {
    const auto data = this->pattern(length, at % 97);
    EXPECT_EQ(this->program(at, data), Status::ok) << length << " bytes at " << at;
    std::copy(data.begin(), data.end(), expected.begin() + at);
  }
  EXPECT_EQ(this->content(), expected);
}

TYPED_TEST_P(FlashContract, ProgrammingOnlyClearsBitsAndAZeroStaysWithoutAnError) {
  for (unsigned first = 0; first < 256; first += 5) {
    for (unsigned second = 0; second < 256; second += 3) {
      const std::uint32_t at = first * kPageSize + second;
      ASSERT_EQ(this->program(at, {static_cast<std::byte>(first)}), Status::ok);
      ASSERT_EQ(this->program(at, {static_cast<std::byte>(second)}), Status::ok);
      ASSERT_EQ(this->read(at, 1), std::vector{static_cast<std::byte>(first & second)});
    }
  }
}

TYPED_TEST_P(FlashContract, ProgrammingOnesChangesNothing) {
  this->fill();
  const auto before = this->content();
  EXPECT_EQ(this->program(kSectorSize, std::vector<std::byte>(kPageSize, std::byte{0xFF})), Status::ok);
  EXPECT_EQ(this->content(), before);
}

TYPED_TEST_P(FlashContract, AProgramAcrossAPageIsMisalignedAndChangesNothing) {
  const auto before = this->content();
  const std::pair<std::uint32_t, std::uint32_t> places[] = {
      {kPageSize - 1, 2}, {1, kPageSize},   {kSectorSize - 8, 9}, {kBlockSize - 1, kPageSize},
      {0, kPageSize + 1}, {0, kSectorSize}, {5, kBlockSize},
  };
  for (const auto& [at, length] : places)
    EXPECT_EQ(this->program(at, this->pattern(length)), Status::misaligned) << length << " bytes at " << at;
  EXPECT_EQ(this->content(), before);
}

TYPED_TEST_P(FlashContract, AProgramOfNothingIsRefused) {
  EXPECT_EQ(this->flash_.program(0, {}), Status::out_of_range);
  EXPECT_EQ(this->flash_.program(this->flash_.size(), {}), Status::out_of_range);
  EXPECT_EQ(this->flash_.program(0xFFFF'FFFF, {}), Status::out_of_range);
}

TYPED_TEST_P(FlashContract, AProgramThatLeavesThePartIsRefusedAndChangesNothing) {
  const auto before = this->content();
  const std::uint32_t size = this->flash_.size();
  const std::pair<std::uint32_t, std::uint32_t> places[] = {
      {size, 1},        {size - 1, 2},    {size - kPageSize, kPageSize + 1},
      {0xFFFF'FFFF, 1}, {0xFFFF'FFFF, 2}, {0xFFFF'FF00, kPageSize},
  };
  for (const auto& [at, length] : places)
    EXPECT_EQ(this->program(at, this->pattern(length)), Status::out_of_range) << length << " bytes at " << at;
  EXPECT_EQ(this->content(), before);
}

TYPED_TEST_P(FlashContract, ErasingASectorSetsExactlyItsBytes) {
  this->fill();
  auto expected = this->content();
  for (const std::uint32_t at :
       typename TestFixture::Places{0, 5 * kSectorSize, kBlockSize, this->flash_.size() - kSectorSize}) {
    EXPECT_EQ(this->flash_.erase_sector(at), Status::ok);
    expected = this->erased(expected, at, kSectorSize);
    EXPECT_EQ(this->content(), expected) << "sector at " << at;
  }
}

TYPED_TEST_P(FlashContract, ErasingABlockSetsExactlyItsBytes) {
  this->fill();
  auto expected = this->content();
  for (const std::uint32_t at : typename TestFixture::Places{kBlockSize, this->flash_.size() - kBlockSize}) {
    EXPECT_EQ(this->flash_.erase_block(at), Status::ok);
    expected = this->erased(expected, at, kBlockSize);
    EXPECT_EQ(this->content(), expected) << "block at " << at;
  }
}

TYPED_TEST_P(FlashContract, AnErasedSectorTakesNewData) {
  const auto first = this->pattern(kPageSize, 3);
  const auto second = this->pattern(kPageSize, 100);
  ASSERT_EQ(this->program(kSectorSize, first), Status::ok);
  ASSERT_EQ(this->flash_.erase_sector(kSectorSize), Status::ok);
  ASSERT_EQ(this->program(kSectorSize, second), Status::ok);
  EXPECT_EQ(this->read(kSectorSize, kPageSize), second);
}

TYPED_TEST_P(FlashContract, AnEraseOffItsBoundaryIsMisalignedAndChangesNothing) {
  this->fill();
  const auto before = this->content();
  for (const std::uint32_t at :
       typename TestFixture::Places{1, kPageSize, kSectorSize - 1, kSectorSize + kSectorSize / 2})
    EXPECT_EQ(this->flash_.erase_sector(at), Status::misaligned) << at;
  for (const std::uint32_t at :
       typename TestFixture::Places{1, kSectorSize, kBlockSize - kSectorSize, kBlockSize + kBlockSize / 2})
    EXPECT_EQ(this->flash_.erase_block(at), Status::misaligned) << at;
  EXPECT_EQ(this->content(), before);
}

TYPED_TEST_P(FlashContract, AnEraseThatLeavesThePartIsRefusedAndChangesNothing) {
  this->fill();
  const auto before = this->content();
  const std::uint32_t size = this->flash_.size();
  for (const std::uint32_t at :
       typename TestFixture::Places{size, size - 1, size + kSectorSize, 0xFFFF'F000, 0xFFFF'FFFF})
    EXPECT_EQ(this->flash_.erase_sector(at), Status::out_of_range) << at;
  for (const std::uint32_t at :
       typename TestFixture::Places{size, size - kSectorSize, size + kBlockSize, 0xFFFF'0000, 0xFFFF'FFFF})
    EXPECT_EQ(this->flash_.erase_block(at), Status::out_of_range) << at;
  EXPECT_EQ(this->content(), before);
}

REGISTER_TYPED_TEST_SUITE_P(FlashContract, AnErasedPartIsAllOnes, ReadsAnyLengthAtAnyPlace,
                            ReadingNothingIsFineUpToTheEnd, AReadThatLeavesThePartIsRefusedAndGivesNothing,
                            ProgramsAWholePageOrAnyPartOfIt,
                            ProgrammingOnlyClearsBitsAndAZeroStaysWithoutAnError,
                            ProgrammingOnesChangesNothing, AProgramAcrossAPageIsMisalignedAndChangesNothing,
                            AProgramOfNothingIsRefused, AProgramThatLeavesThePartIsRefusedAndChangesNothing,
                            ErasingASectorSetsExactlyItsBytes, ErasingABlockSetsExactlyItsBytes,
                            AnErasedSectorTakesNewData, AnEraseOffItsBoundaryIsMisalignedAndChangesNothing,
                            AnEraseThatLeavesThePartIsRefusedAndChangesNothing);

}  // namespace otaru::flash
