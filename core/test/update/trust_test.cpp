#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/mbed/crypto.hpp>
#include <otaru/mbed/signing_key.hpp>
#include <otaru/update/trust.hpp>

namespace otaru::update {
namespace {

using mbed::SigningKey;
using SealBytes = std::array<std::byte, image::kSealSize>;

constexpr std::uint32_t kLength = 188'416;
constexpr std::string_view kBoard = "ameba_rtl8721d";
constexpr std::uint64_t kNow = 1'800'000'000;

/// The key whose private number is `number`.
SigningKey key_of(unsigned char number) {
  SigningKey::Secret secret{};
  secret.back() = std::byte{number};
  return std::move(*SigningKey::from_secret(secret));
}

crypto::Digest digest_of(Bytes bytes) {
  mbed::Crypto library;
  mbed::Crypto::Sha256 hash(library);
  hash.add(bytes);
  return hash.finish();
}

class JudgeSeal : public testing::Test {
 protected:
  JudgeSeal() {
    seal_.board = kBoard;
    seal_.version = {1, 4, 0};
    seal_.counter = 7;
    seal_.not_after = kNow;
    seal_.length = kLength;
    seal_.sha256 = image_;
    seal_.key_id = key_id(library_, owner_.public_key());
  }

  SealBytes sign(const image::Seal& seal, const SigningKey& key) {
    SealBytes bytes;
    image::write_seal(seal, bytes);
    image::attach_signature(key.sign(digest_of(Bytes(bytes).first(image::kSealSigned))).value(), bytes);
    return bytes;
  }
  Status judge(Bytes seal) { return judge_seal(library_, trust_, seal, kLength, image_); }

  mbed::Crypto library_;
  const SigningKey owner_ = key_of(11);
  const SigningKey stranger_ = key_of(12);
  const crypto::Digest image_ = digest_of(std::as_bytes(std::span(kBoard)));
  image::Seal seal_;
  std::vector<crypto::PublicKey> keys_{owner_.public_key()};
  Trust trust_{.keys = keys_, .board = kBoard, .least_counter = 7, .now = kNow};
};

TEST_F(JudgeSeal, AcceptsWhatIsRight) {
  EXPECT_TRUE(trust_.sealed_only());
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::ok);
}

TEST_F(JudgeSeal, AcceptsTheNextKeysThatASealCarries) {
  const std::vector<crypto::PublicKey> next{stranger_.public_key()};
  seal_.next_keys = next;
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::ok);
}

TEST_F(JudgeSeal, AcceptsAnyOfTheKeysOfTheBoard) {
  keys_ = {stranger_.public_key(), owner_.public_key()};
  trust_.keys = keys_;
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::ok);
}

TEST_F(JudgeSeal, WithoutAKeyNothingIsRight) {
  trust_.keys = {};
  EXPECT_FALSE(trust_.sealed_only());
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::seal_key);
}

TEST_F(JudgeSeal, RefusesWhatIsNoSeal) {
  const SealBytes seal = sign(seal_, owner_);
  for (const std::size_t size : {0u, 1u, 511u})
    EXPECT_EQ(judge(Bytes(seal).first(size)), Status::seal_missing) << size;
  EXPECT_EQ(judge(SealBytes{}), Status::seal_missing);
}

TEST_F(JudgeSeal, RefusesAnotherKey) {
  seal_.key_id = key_id(library_, stranger_.public_key());
  EXPECT_EQ(judge(sign(seal_, stranger_)), Status::seal_key);
}

TEST_F(JudgeSeal, RefusesAnotherKeyThatSignsInTheNameOfTheOwners) {
  EXPECT_EQ(judge(sign(seal_, stranger_)), Status::seal_signature);
}

TEST_F(JudgeSeal, RefusesASealThatWasNeverSigned) {
  SealBytes seal;
  image::write_seal(seal_, seal);
  EXPECT_EQ(judge(seal), Status::seal_signature);
}

TEST_F(JudgeSeal, RefusesAnotherImage) {
  seal_.length = kLength - 1;
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::seal_image);
  seal_.length = kLength;
  seal_.sha256.back() ^= std::byte{1};
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::seal_image);
}

TEST_F(JudgeSeal, RefusesAnotherBoard) {
  for (const std::string_view other :
       {"ameba_rtl8720dn", "ameba_rtl8721", "ameba_rtl8721dx", "Ameba_rtl8721d", ""}) {
    seal_.board = other;
    EXPECT_EQ(judge(sign(seal_, owner_)), Status::seal_board) << other;
  }
}

TEST_F(JudgeSeal, RefusesAnOlderCounterAndTakesTheSameAndLaterOnes) {
  for (const auto& [counter, verdict] : {std::pair{0u, Status::seal_counter},
                                         {6u, Status::seal_counter},
                                         {7u, Status::ok},
                                         {8u, Status::ok},
                                         {0xFFFF'FFFFu, Status::ok}}) {
    seal_.counter = counter;
    EXPECT_EQ(judge(sign(seal_, owner_)), verdict) << counter;
  }
}

TEST_F(JudgeSeal, RefusesAnExpiredSealFromTheNextSecondOn) {
  const SealBytes seal = sign(seal_, owner_);
  trust_.now = kNow + 1;
  EXPECT_EQ(judge(seal), Status::seal_expired);
  trust_.now = std::nullopt;
  EXPECT_EQ(judge(seal), Status::ok) << "a board without a clock cannot tell";
}

TEST_F(JudgeSeal, ASealWithoutADateNeverExpires) {
  seal_.not_after = 0;
  trust_.now = 0xFFFF'FFFF'FFFF'FFFF;
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::ok);
}

/// Everything is wrong at once; then one thing after the other is put right.
TEST_F(JudgeSeal, NamesTheFaultsInTheOrderThatIsDocumented) {
  trust_.least_counter = 8;
  trust_.now = kNow + 1;
  seal_.board = "other";
  seal_.length = 1;
  seal_.key_id = key_id(library_, stranger_.public_key());
  SealBytes seal = sign(seal_, stranger_);
  store_le32(MutableBytes(seal).subspan(8), 2);
  seal[0] ^= std::byte{1};
  EXPECT_EQ(judge(seal), Status::seal_missing);
  seal[0] ^= std::byte{1};
  EXPECT_EQ(judge(seal), Status::seal_format);
  EXPECT_EQ(judge(sign(seal_, stranger_)), Status::seal_key);
  seal_.key_id = key_id(library_, owner_.public_key());
  EXPECT_EQ(judge(sign(seal_, stranger_)), Status::seal_signature);
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::seal_image);
  seal_.length = kLength;
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::seal_board);
  seal_.board = kBoard;
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::seal_counter);
  seal_.counter = 8;
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::seal_expired);
  seal_.not_after = 0;
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::ok);
}

/// One bit of every byte of a seal, used or not: the name, the format, the key id, or else the signature is
/// wrong.
TEST_F(JudgeSeal, RefusesEveryByteChangedByOneBit) {
  const SealBytes right = sign(seal_, owner_);
  ASSERT_EQ(judge(right), Status::ok);
  std::size_t tried = 0;
  for (std::size_t i = 0; i < right.size(); ++i, ++tried) {
    SealBytes seal = right;
    seal[i] ^= static_cast<std::byte>(1u << i % 8);
    Status expected = Status::seal_signature;
    if (i < 8) expected = Status::seal_missing;
    // The count of keys gets too large by all changes but those of its lowest bits.
    else if (i < 16 || (i > 112 && i < 116))
      expected = Status::seal_format;
    else if (i >= 104 && i < 112)
      expected = Status::seal_key;
    EXPECT_EQ(judge(seal), expected) << "byte " << i;
  }
  EXPECT_EQ(tried, image::kSealSize);
}

TEST_F(JudgeSeal, NeverTakesAKeyThatIsNoPointOfTheCurve) {
  crypto::PublicKey zero{};
  keys_ = {zero};
  trust_.keys = keys_;
  seal_.key_id = key_id(library_, zero);
  EXPECT_EQ(judge(sign(seal_, owner_)), Status::seal_signature);
}

}  // namespace
}  // namespace otaru::update
