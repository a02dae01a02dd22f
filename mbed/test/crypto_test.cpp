#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/mbed/crypto.hpp>

namespace otaru::mbed {
namespace {

template <std::size_t N>
std::array<std::byte, N> from_hex(std::string_view text) {
  std::array<std::byte, N> bytes{};
  for (std::size_t i = 0; i < N; ++i)
    bytes[i] = static_cast<std::byte>(std::stoi(std::string(text.substr(2 * i, 2)), nullptr, 16));
  return bytes;
}

crypto::Digest sha256(std::string_view text) {
  Crypto library;
  Crypto::Sha256 hash(library);
  hash.add(std::as_bytes(std::span(text)));
  return hash.finish();
}

template <std::size_t N>
std::array<std::byte, 2 * N> join(const std::array<std::byte, N>& a, const std::array<std::byte, N>& b) {
  std::array<std::byte, 2 * N> both{};
  copy(a, both);
  copy(b, MutableBytes(both).subspan(N));
  return both;
}

// RFC 6979, appendix A.2.5: ECDSA on P-256 with SHA-256, message "sample".
const crypto::PublicKey kKey =
    join(from_hex<32>("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"),
         from_hex<32>("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"));
const crypto::Signature kSignature =
    join(from_hex<32>("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"),
         from_hex<32>("F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"));

TEST(MbedCrypto, HashesTheTextOfTheStandard) {
  // FIPS 180-4 example: "abc"
  EXPECT_EQ(sha256("abc"), from_hex<32>("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

TEST(MbedCrypto, ACopiedHashGoesOnByItself) {
  Crypto library;
  Crypto::Sha256 hash(library);
  hash.add(std::as_bytes(std::span(std::string_view("ab"))));
  Crypto::Sha256 copied = hash;
  hash.add(std::as_bytes(std::span(std::string_view("xyz"))));
  copied.add(std::as_bytes(std::span(std::string_view("c"))));
  EXPECT_EQ(copied.finish(), sha256("abc"));
  EXPECT_EQ(hash.finish(), sha256("abxyz"));
}

TEST(MbedCrypto, VerifiesTheSignatureOfRfc6979) {
  EXPECT_TRUE(Crypto().verify_es256(kKey, sha256("sample"), kSignature));
}

TEST(MbedCrypto, RefusesASignatureOverAnotherMessage) {
  EXPECT_FALSE(Crypto().verify_es256(kKey, sha256("sampled"), kSignature));
}

TEST(MbedCrypto, RefusesEverySingleChangedBitOfKeyAndSignature) {
  const crypto::Digest digest = sha256("sample");
  int tried = 0;
  for (std::size_t i = 0; i < 64; i += 7) {
    crypto::Signature signature = kSignature;
    signature[i] ^= std::byte{1};
    EXPECT_FALSE(Crypto().verify_es256(kKey, digest, signature)) << "signature byte " << i;
    crypto::PublicKey key = kKey;
    key[i] ^= std::byte{1};
    EXPECT_FALSE(Crypto().verify_es256(key, digest, kSignature)) << "key byte " << i;
    ++tried;
  }
  EXPECT_GT(tried, 8);
}

TEST(MbedCrypto, RefusesZerosAndTheOrderAsNumbers) {
  const crypto::Digest digest = sha256("sample");
  EXPECT_FALSE(Crypto().verify_es256(kKey, digest, {}));
  EXPECT_FALSE(Crypto().verify_es256({}, digest, kSignature));
  crypto::Signature ones;
  ones.fill(std::byte{0xFF});
  EXPECT_FALSE(Crypto().verify_es256(kKey, digest, ones));
}

}  // namespace
}  // namespace otaru::mbed
