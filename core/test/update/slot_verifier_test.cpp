#include <limits>
#include <vector>

#include <crypto/test_crypto.hpp>
#include <flash/flash_log.hpp>
#include <gtest/gtest.h>
#include <image/made_image2.hpp>
#include <update/board_flash.hpp>

#include <otaru/update/slot_verifier.hpp>

namespace otaru::update {
namespace {

using flash::RamFlash;

constexpr const flash::Layout& kLayout = flash::kSmallLayout;
constexpr const flash::Slot& kSlot = kLayout.ota2;
constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();

class SlotVerifierTest : public testing::Test {
 protected:
  SlotVerifierTest() { install(part_, kSlot, without_signature(image_)); }

  Status verdict(std::uint32_t step = kAll) {
    SlotVerifier verifier(part_, library_, kSlot, static_cast<std::uint32_t>(image_.size()));
    while (!verifier.done())
      if (const Status status = verifier.step(step); status != Status::ok) return status;
    if (verifier.sum() != byte_sum(image_)) return Status::image_sum;
    return verifier.headers().finish();
  }

  Image image_ = image::made_image2({.km0_xip = 500, .km0_ram = 40, .km4_psram = 64, .img3 = 100});
  RamFlash part_ = used_part(kLayout);
  crypto::TestCrypto library_;
};

TEST_F(SlotVerifierTest, AcceptsAnImageWhoseSignatureIsKeptBack) {
  EXPECT_EQ(verdict(), Status::ok);
}

TEST_F(SlotVerifierTest, AcceptsAnImageWhoseSignatureIsSet) {
  install(part_, kSlot, image_);
  EXPECT_EQ(verdict(), Status::ok);
}

TEST_F(SlotVerifierTest, JudgesTheSameWhateverTheStep) {
  for (const std::uint32_t step :
       std::vector<std::uint32_t>{1u, 3u, 7u, 8u, 31u, 32u, 127u, 128u, 129u, 4096u, 16'384u})
    EXPECT_EQ(verdict(step), Status::ok) << step;
}

TEST_F(SlotVerifierTest, FindsEveryFlippedBitBehindTheSignature) {
  const auto length = static_cast<std::uint32_t>(image_.size());
  std::size_t flips = 0;
  // Every byte of the first headers, then samples, with every bit in turn.
  for (std::uint32_t at = image::kSignatureSize; at < length; at += at < 700 ? 1 : 13) {
    std::byte& flipped = part_.memory[kSlot.offset + at];
    const auto bit = static_cast<std::byte>(1u << at % 8);
    flipped ^= bit;
    EXPECT_NE(verdict(), Status::ok) << "byte " << at;
    flipped ^= bit;
    ++flips;
  }
  EXPECT_GT(flips, 1500u);
  EXPECT_EQ(verdict(), Status::ok);
}

TEST_F(SlotVerifierTest, NamesWhatIsWrong) {
  const std::uint32_t km4 = image::km4_offset(image_);
  const struct {
    const char* what;
    std::uint32_t at;
    Status expected;
  } kFaults[] = {
      {"KM0 XIP size", 11, Status::km0_segment},
      {"a byte of KM0's code", 40, Status::image_sum},
      {"KM0 RAM signature", 532, Status::km0_segment},
      {"KM0 RAM size", 532 + 11, Status::km0_segment},
      {"padding of KM0", 1000, Status::image_sum},
      {"KM4 signature", km4, Status::km4_signature},
      {"last byte of KM4's signature", km4 + 7, Status::km4_signature},
      {"KM4 size", km4 + 11, Status::km4_segment},
      {"KM4 load address", km4 + 12, Status::image_sum},
      {"last byte", static_cast<std::uint32_t>(image_.size()) - 1, Status::image_sum},
  };
  for (const auto& fault : kFaults) {
    part_.memory[kSlot.offset + fault.at] ^= std::byte{0x40};
    EXPECT_EQ(verdict(), fault.expected) << fault.what;
    part_.memory[kSlot.offset + fault.at] ^= std::byte{0x40};
  }
}

TEST_F(SlotVerifierTest, BytesThatOnlySumRightAreNotAnImage) {
  std::swap(part_.memory[kSlot.offset + image::km4_offset(image_)],
            part_.memory[kSlot.offset + image::km4_offset(image_) + 1]);
  EXPECT_EQ(verdict(), Status::km4_signature);
}

TEST_F(SlotVerifierTest, AnImageThatEndsBeforeKm4IsNotWhole) {
  image_.resize(4096);
  EXPECT_EQ(verdict(), Status::km4_signature);
}

TEST_F(SlotVerifierTest, IsDoneAtTheLastByteAndNotBefore) {
  SlotVerifier verifier(part_, library_, kSlot, static_cast<std::uint32_t>(image_.size()));
  ASSERT_EQ(verifier.step(static_cast<std::uint32_t>(image_.size()) - 1), Status::ok);
  EXPECT_FALSE(verifier.done());
  ASSERT_EQ(verifier.step(1), Status::ok);
  EXPECT_TRUE(verifier.done());
  EXPECT_EQ(verifier.sum(), byte_sum(image_));
}

TEST_F(SlotVerifierTest, HashesTheImageWithItsSignatureAndTheBodyBeforeASeal) {
  for (const std::uint32_t body : std::vector<std::uint32_t>{1u, 127u, 128u, 129u, 4000u}) {
    for (const std::uint32_t step : std::vector<std::uint32_t>{1u, 100u, kAll}) {
      SlotVerifier verifier(part_, library_, kSlot, static_cast<std::uint32_t>(image_.size()), body);
      while (!verifier.done()) ASSERT_EQ(verifier.step(step), Status::ok);
      EXPECT_EQ(verifier.sha256(), crypto::digest_of(image_));
      EXPECT_EQ(verifier.body_sha256(), crypto::digest_of(Bytes(image_).first(body)))
          << body << ", step " << step;
    }
  }
}

TEST_F(SlotVerifierTest, ReadsNoMoreThanAskedAndOnlyTheImage) {
  SlotVerifier verifier(part_, library_, kSlot, static_cast<std::uint32_t>(image_.size()));
  std::size_t read = 0;
  part_.before = [&](flash::Operation operation, std::uint32_t at, std::size_t length) {
    EXPECT_EQ(operation, flash::Operation::read);
    EXPECT_EQ(at, kSlot.offset + read);
    read += length;
    return Status::ok;
  };
  ASSERT_EQ(verifier.step(1000), Status::ok);
  EXPECT_EQ(read, 1000u);
  ASSERT_EQ(verifier.step(kAll), Status::ok);
  EXPECT_EQ(read, image_.size());
}

TEST_F(SlotVerifierTest, ReportsAReadThatFails) {
  flash::FlashLog log(part_);
  ASSERT_EQ(verdict(), Status::ok);
  const std::size_t reads = log.asked();
  ASSERT_GT(reads, 50u);
  for (std::size_t i = 0; i < reads; ++i) {
    log.clear();
    log.fail_at = i;
    ASSERT_EQ(verdict(), Status::flash_failed) << i;
  }
}

}  // namespace
}  // namespace otaru::update
