#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include <otaru/mbed/c_crypto.hpp>

#include "rfc6979.hpp"

namespace otaru::mbed {
namespace {

const unsigned char* raw(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

TEST(CCrypto, HashesInPiecesAndACopyGoesOnByItself) {
  otaru_sha256_state state;
  std::array<unsigned char, 32> digest{};
  kCCrypto.sha256_start(&state);
  kCCrypto.sha256_add(&state, "sam", 3);
  otaru_sha256_state copied = state;
  kCCrypto.sha256_add(&state, "e", 1);
  kCCrypto.sha256_add(&copied, "ple", 3);
  kCCrypto.sha256_finish(&copied, digest.data());
  EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(digest)), sha256_of("sample")));
  kCCrypto.sha256_finish(&state, digest.data());
  EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(digest)), sha256_of("same")));
}

TEST(CCrypto, VerifiesTheSignatureOfRfc6979AndNoOther) {
  const auto verify = [](const char* text) {
    const crypto::Digest digest = sha256_of(text);
    return kCCrypto.verify_es256(nullptr, raw(kRfcKey), raw(digest), raw(kRfcSignature));
  };
  EXPECT_EQ(verify("sample"), 1);
  EXPECT_EQ(verify("sampled"), 0);
}

}  // namespace
}  // namespace otaru::mbed
