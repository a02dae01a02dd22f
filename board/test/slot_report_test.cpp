#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <image/made_image2.hpp>

#include <otaru/board/factory.hpp>
#include <otaru/board/nor_model.hpp>
#include <otaru/board/slot_report.hpp>
#include <otaru/image/seal.hpp>
#include <otaru/mbed/crypto.hpp>

namespace otaru::board {
namespace {

using update::TrialState;

const flash::Layout& kLayout = flash::kAmebaD2Mb;

crypto::Digest sha256(Bytes bytes) {
  mbed::Crypto library;
  mbed::Crypto::Sha256 hash(library);
  hash.add(bytes);
  return hash.finish();
}

/// A board with one image in OTA1, as it came by serial.
class SlotReportOf : public testing::Test {
 protected:
  SlotReportOf() { put(image_); }

  void put(const std::vector<std::byte>& image) {
    std::ranges::copy(image, flash_.begin() + kLayout.ota1.offset);
  }
  void put_record(const update::Record& record) {
    const update::RecordBytes bytes = update::encode(library_, record);
    std::ranges::copy(bytes, flash_.begin() + kLayout.ota1.record());
  }
  update::Record record_of(const std::vector<std::byte>& image) {
    update::Record record;
    record.length = static_cast<std::uint32_t>(image.size());
    record.version = 0x0102'0304;
    record.sha256 = sha256(image);
    return record;
  }
  void mark(std::uint32_t at, Bytes bytes) {
    std::ranges::copy(bytes, flash_.begin() + kLayout.ota1.record() + at);
  }
  SlotReport report() const { return report_flash(flash_, kLayout).slots[0]; }

  mbed::Crypto library_;
  std::vector<std::byte> flash_ = make_factory_flash(kLayout);
  const std::vector<std::byte> image_ = image::made_image2();
};

TEST_F(SlotReportOf, AnImageWithoutARecordGoesByItsSegments) {
  const SlotReport slot = report();
  EXPECT_EQ(slot.state, TrialState::none);
  ASSERT_TRUE(slot.image);
  EXPECT_EQ(slot.image->length, image_.size());
  EXPECT_EQ(slot.image->sha256, sha256(image_));
  EXPECT_EQ(slot.image->version, "");
}

TEST_F(SlotReportOf, AnImageWithARecordGoesByThat) {
  std::vector<std::byte> longer = image_;
  longer.resize(longer.size() + 100, std::byte{7});  // more than the segment headers know of
  put(longer);
  put_record(record_of(longer));
  mark(update::kMarksOffset, update::Mark{});
  const SlotReport slot = report();
  EXPECT_EQ(slot.state, TrialState::pending);
  EXPECT_EQ(slot.tries, 1u);
  EXPECT_EQ(slot.image->length, longer.size());
  EXPECT_EQ(slot.image->sha256, sha256(longer));
  EXPECT_EQ(slot.image->version, "0x01020304");
}

TEST_F(SlotReportOf, ARetiredImageKeepsTheDigestThatItCameWith) {
  put_record(record_of(image_));
  mark(update::kRejectedOffset, update::Mark{});
  std::fill_n(flash_.begin() + kLayout.ota1.offset, 4, std::byte{0});
  const SlotReport slot = report();
  EXPECT_EQ(slot.signature, SignatureState::cleared);
  EXPECT_EQ(slot.state, TrialState::rejected);
  EXPECT_EQ(slot.image->sha256, sha256(image_));
}

TEST_F(SlotReportOf, ARecordOfAnotherImageCountsForNothing) {
  put_record(record_of(image::made_image2({.seed = 9})));
  mark(update::kConfirmedOffset, update::kConfirmedMark);
  const SlotReport slot = report();
  EXPECT_EQ(slot.state, TrialState::none);
  EXPECT_EQ(slot.tries, 0u);
  EXPECT_EQ(slot.image->sha256, sha256(image_));
  EXPECT_EQ(slot.image->version, "");
}

TEST_F(SlotReportOf, ASealNamesTheVersion) {
  std::vector<std::byte> sealed = image_;
  sealed.resize(sealed.size() + image::kSealSize);
  image::write_seal({.board = "x", .version = {2, 30, 4}, .next_keys = {}},
                    MutableBytes(sealed).last(image::kSealSize));
  put(sealed);
  put_record(record_of(sealed));
  EXPECT_EQ(report().image->version, "2.30.4");
}

TEST_F(SlotReportOf, AnEmptySlotHoldsNothing) {
  const SlotReport slot = report_flash(flash_, kLayout).slots[1];
  EXPECT_EQ(slot.signature, SignatureState::blank);
  EXPECT_FALSE(slot.image);
}

}  // namespace
}  // namespace otaru::board
