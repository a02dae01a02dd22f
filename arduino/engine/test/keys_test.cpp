// A board with keys, and images sealed by them, by others, or not at all.
#include <otaru/image/seal.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/mbed/signing_key.hpp>
#include <otaru/update/trust.hpp>

#include "test_board.hpp"

namespace otaru::engine {
namespace {

crypto::Digest digest_of(Bytes bytes) {
  mbed::Crypto library;
  mbed::Crypto::Sha256 hash(library);
  hash.add(bytes);
  return hash.finish();
}

struct EngineWithKeys : testing::Test {
  void SetUp() override {
    const crypto::PublicKey& key = owner.public_key();
    std::memcpy(keys[0], key.data(), key.size());
    board.before_start = [this](otaru_engine* engine) { otaru_engine_set_keys(engine, keys, 1); };
    ASSERT_EQ(board.boot(), OTARU_STARTED);
  }

  std::string sealed_push(const mbed::SigningKey& by, std::uint32_t counter, std::uint32_t seed) {
    std::vector<std::byte> image = board::make_sample_image(kImageSize, seed);
    mbed::Crypto library;
    image::Seal seal;
    seal.board = "ameba_rtl8721d";
    seal.version = {2, 0, static_cast<std::uint16_t>(counter)};
    seal.counter = counter;
    seal.length = kImageSize;
    seal.sha256 = digest_of(image);
    seal.key_id = update::key_id(library, by.public_key());
    image.resize(kImageSize + image::kSealSize);
    const MutableBytes trailer = MutableBytes(image).subspan(kImageSize);
    image::write_seal(seal, trailer);
    image::attach_signature(by.sign(digest_of(trailer.first(image::kSealSigned))).value(), trailer);
    return made_push(image);
  }

  const mbed::SigningKey owner = mbed::SigningKey::make().value();
  unsigned char keys[1][64] = {};
  TestBoard board;
};

TEST_F(EngineWithKeys, TakesAnImageOfItsOwnerAndAnnouncesTheVersionOfItsSeal) {
  EXPECT_TRUE(board.port.logged("[trust] takes images sealed by 1 known key(s)"));
  EXPECT_NE(board.push(sealed_push(owner, 5, 2)).find("OTARU/1 ok"), std::string::npos);
  ASSERT_TRUE(board.wait_for_reset());
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_STREQ(otaru_engine_version(board.engine.get()), "2.0.5");
  EXPECT_TRUE(board.port.logged("counter 5 or more"));
}

TEST_F(EngineWithKeys, RefusesImagesWithoutASealAndThoseOfStrangers) {
  EXPECT_NE(board.push_image(2).find("OTARU/1 error seal_missing"), std::string::npos);
  const mbed::SigningKey stranger = mbed::SigningKey::make().value();
  EXPECT_NE(board.push(sealed_push(stranger, 5, 2)).find("OTARU/1 error seal_key"), std::string::npos);
}

TEST_F(EngineWithKeys, RefusesACounterBelowThatOfTheRunningImage) {
  board.push(sealed_push(owner, 5, 2));
  ASSERT_TRUE(board.wait_for_reset());
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  ASSERT_TRUE(board.run([&] { return board.told(OTARU_EVENT_CONFIRMED); }));
  EXPECT_NE(board.push(sealed_push(owner, 4, 3)).find("OTARU/1 error seal_counter"), std::string::npos);
  EXPECT_NE(board.push(sealed_push(owner, 6, 3)).find("OTARU/1 ok"), std::string::npos);
}

TEST_F(EngineWithKeys, KeepsItsKeysWhenOthersAreSetWhileItRuns) {
  const unsigned char others[1][64] = {};
  otaru_engine_set_keys(board.engine.get(), others, 1);
  EXPECT_TRUE(board.port.logged("[Otaru] ignored: the keys can only be set before the start"));
  EXPECT_NE(board.push(sealed_push(owner, 5, 2)).find("OTARU/1 ok"), std::string::npos);
}

TEST(EngineWithoutKeys, SaysAtItsStartThatItTakesEveryImage) {
  TestBoard board;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_TRUE(board.port.logged("[trust] no keys: takes every image from everybody who reaches its port"));
}

}  // namespace
}  // namespace otaru::engine
