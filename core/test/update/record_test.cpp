#include <crypto/test_crypto.hpp>
#include <gtest/gtest.h>

#include <otaru/update/record.hpp>

namespace otaru::update {
namespace {

Record made_record() {
  Record record{.sequence = 7, .length = 188'416, .version = 0x2020'0202};
  for (std::size_t i = 0; i < record.sha256.size(); ++i) {
    record.sha256[i] = static_cast<std::byte>(i);
    record.rejected[i] = static_cast<std::byte>(0x80 + i);
  }
  return record;
}

class TrialRecord : public testing::Test {
 protected:
  crypto::TestCrypto library_;
  RecordBytes bytes_ = encode(library_, made_record());
};

TEST_F(TrialRecord, ComesBackAsItWasWritten) {
  const Result<Record> found = decode(library_, bytes_);
  ASSERT_TRUE(found);
  const Record expected = made_record();
  EXPECT_EQ(found->sequence, expected.sequence);
  EXPECT_EQ(found->length, expected.length);
  EXPECT_EQ(found->version, expected.version);
  EXPECT_EQ(found->sha256, expected.sha256);
  EXPECT_EQ(found->rejected, expected.rejected);
}

TEST_F(TrialRecord, StandsWhereTheSpecificationSays) {
  const Bytes all(bytes_);
  EXPECT_EQ(load_le32(all), 0x5254'544Fu) << "OTTR";
  EXPECT_EQ(load_le32(all.subspan(4)), 1u);
  EXPECT_EQ(load_le32(all.subspan(8)), 7u);
  EXPECT_EQ(load_le32(all.subspan(12)), 188'416u);
  EXPECT_EQ(load_le32(all.subspan(16)), 0x2020'0202u);
  EXPECT_TRUE(is_blank(all.subspan(20, 12))) << "reserved";
  EXPECT_TRUE(equal(all.subspan(32, 32), made_record().sha256));
  EXPECT_TRUE(equal(all.subspan(64, 32), made_record().rejected));
  EXPECT_TRUE(equal(all.subspan(96), Bytes(crypto::digest_of(all.first(96))).first(16)));
}

TEST_F(TrialRecord, DoesNotCountWithAnyBitChanged) {
  for (std::size_t bit = 0; bit < 8 * bytes_.size(); ++bit) {
    RecordBytes changed = bytes_;
    changed[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    EXPECT_FALSE(decode(library_, changed)) << "bit " << bit;
  }
}

TEST_F(TrialRecord, DoesNotCountWhenOnlyItsBeginWasProgrammed) {
  for (std::size_t written = 0; written < bytes_.size(); ++written) {
    RecordBytes torn;
    torn.fill(std::byte{0xFF});
    copy(Bytes(bytes_).first(written), torn);
    EXPECT_FALSE(decode(library_, torn)) << written << " bytes";
  }
}

TEST_F(TrialRecord, LeavesEachMarkAUnitOfItsOwnBehindItsPage) {
  EXPECT_LE(kRecordSize, kMarksOffset);
  EXPECT_EQ(kConfirmedOffset, kMarksOffset + 8 * 16);
  EXPECT_EQ(kRejectedOffset, kConfirmedOffset + 16);
  EXPECT_EQ(kWritingOffset, kRejectedOffset + 16);
}

}  // namespace
}  // namespace otaru::update
