#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/mbed/crypto.hpp>

#include "rfc6979.hpp"

namespace otaru::mbed {
namespace {

TEST(MbedCrypto, HashesTheTextOfTheStandard) {
  // FIPS 180-4 example: "abc"
  EXPECT_EQ(sha256_of("abc"),
            from_hex<32>("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

TEST(MbedCrypto, ACopiedHashGoesOnByItself) {
  Crypto library;
  Crypto::Sha256 hash(library);
  hash.add(std::as_bytes(std::span(std::string_view("ab"))));
  Crypto::Sha256 copied = hash;
  hash.add(std::as_bytes(std::span(std::string_view("xyz"))));
  copied.add(std::as_bytes(std::span(std::string_view("c"))));
  EXPECT_EQ(copied.finish(), sha256_of("abc"));
  EXPECT_EQ(hash.finish(), sha256_of("abxyz"));
}

TEST(MbedCrypto, VerifiesTheSignatureOfRfc6979) {
  EXPECT_TRUE(Crypto().verify_es256(kRfcKey, sha256_of("sample"), kRfcSignature));
}

TEST(MbedCrypto, RefusesASignatureOverAnotherMessage) {
  EXPECT_FALSE(Crypto().verify_es256(kRfcKey, sha256_of("sampled"), kRfcSignature));
}

TEST(MbedCrypto, RefusesEverySingleChangedBitOfKeyAndSignature) {
  const crypto::Digest digest = sha256_of("sample");
  int tried = 0;
  for (std::size_t i = 0; i < 64; i += 7) {
    crypto::Signature signature = kRfcSignature;
    signature[i] ^= std::byte{1};
    EXPECT_FALSE(Crypto().verify_es256(kRfcKey, digest, signature)) << "signature byte " << i;
    crypto::PublicKey key = kRfcKey;
    key[i] ^= std::byte{1};
    EXPECT_FALSE(Crypto().verify_es256(key, digest, kRfcSignature)) << "key byte " << i;
    ++tried;
  }
  EXPECT_GT(tried, 8);
}

TEST(MbedCrypto, RefusesZerosAndTheOrderAsNumbers) {
  const crypto::Digest digest = sha256_of("sample");
  EXPECT_FALSE(Crypto().verify_es256(kRfcKey, digest, {}));
  EXPECT_FALSE(Crypto().verify_es256({}, digest, kRfcSignature));
  crypto::Signature ones;
  ones.fill(std::byte{0xFF});
  EXPECT_FALSE(Crypto().verify_es256(kRfcKey, digest, ones));
}

}  // namespace
}  // namespace otaru::mbed
