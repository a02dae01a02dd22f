#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/mbed/signing_key.hpp>

#include "rfc6979.hpp"

namespace otaru::mbed {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Bytes bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// Written by openssl 3.0 (ecparam -name prime256v1 -genkey; pkcs8 -topk8), for these tests alone.
constexpr std::string_view kPkcs8 = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX
Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth
+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ
-----END PRIVATE KEY-----
)";
constexpr std::string_view kEncrypted = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgtrf9nInYzawICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHO0lxj2hTpNvKCjH8bLKXMEgZC2
bIm9burBmYcG7C8Hu6BCJzYQtldNby26LeXC6cJtoA53Q14XbUOWn9Cvm117CxYF
DUippcnDOW8Jyicpd1ot6Cw4sXZZXsBM626XNkAM9JJjEV5TC9JRoZOo0QgV033h
XdsM7KEqSINSr7XPF3W4voJTPOzqTMGN+NdxXVg1vJWunWZDwoDxO0hjpKEAKo0=
-----END ENCRYPTED PRIVATE KEY-----
)";
// The older form, by openssl ec -aes128. Mbed TLS is built without what it takes to decrypt it.
constexpr std::string_view kEncryptedSec1 = R"(-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,5537BEBDC4322AAD1D2ABA62A54EDEF3

/JSGSqKoVciXR12CGatlixJ5tzq9kgyuJc193KZ8uZ8O5sHsgQrOaZM3cJtXM+Vm
qkHlrbrR2qq21POY7P0vOONep3Z/oyGYL/OucH+IrC+R+IzoIaXVf1Dy/ugyS1lx
vOlWpqX0pheBuLfTPwYA5w+J2qgKvAOHTrfaDpyBzB8=
-----END EC PRIVATE KEY-----
)";
constexpr std::string_view kP384 = R"(-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBQMPkOlggyLY72fFxq
KST4+z5GCGnBWTGOLNoPnly+mtWJ0iSqiSQe2Pvj2KDZfYShZANiAARZ2afdv18t
7brp6l3d7tWp/7myEM8v4z8cLAUg1XvGxGxU9OAE9VYWzudZXLDsrSvn0VBdovYL
3GAQlUKav2ubYT9DnLAk9OjMtdBjA3hWXBENaQSCXLgkvbEFCr3YsEw=
-----END PRIVATE KEY-----
)";

TEST(SigningKey, MakesTheSignatureOfRfc6979) {
  const auto key = SigningKey::from_secret(kRfcSecret);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->public_key(), kRfcKey);
  EXPECT_EQ(key->sign(sha256_of("sample")), kRfcSignature);
}

TEST(SigningKey, SignsSoThatTheVerifierOfTheBoardAgrees) {
  const auto key = SigningKey::make();
  ASSERT_TRUE(key);
  const auto signature = key->sign(sha256_of("a board"));
  ASSERT_TRUE(signature);
  EXPECT_TRUE(Crypto().verify_es256(key->public_key(), sha256_of("a board"), *signature));
  EXPECT_FALSE(Crypto().verify_es256(key->public_key(), sha256_of("another"), *signature));
}

TEST(SigningKey, MadeTwiceIsNotTheSame) {
  EXPECT_NE(SigningKey::make()->public_key(), SigningKey::make()->public_key());
}

TEST(SigningKey, OutlivesItsFile) {
  const auto key = SigningKey::make();
  const std::string pem = key->to_pem();
  EXPECT_THAT(pem, StartsWith("-----BEGIN EC PRIVATE KEY-----\n"));
  const auto read = SigningKey::parse(bytes_of(pem));
  ASSERT_TRUE(read.key);
  EXPECT_EQ(read.fault, KeyFault::none);
  EXPECT_EQ(read.key->public_key(), key->public_key());
  EXPECT_EQ(read.key->sign(sha256_of("x")), key->sign(sha256_of("x")));
}

TEST(SigningKey, IsReadFromThePkcs8FilesOfOpenssl) {
  const auto read = SigningKey::parse(bytes_of(kPkcs8));
  ASSERT_TRUE(read.key);
  EXPECT_EQ(read.key->public_key(), kRfcKey);
}

TEST(SigningKey, OnAnotherCurveIsToldApart) {
  EXPECT_EQ(SigningKey::parse(bytes_of(kP384)).fault, KeyFault::not_p256);
}

TEST(SigningKey, WithAPasswordIsToldApart) {
  EXPECT_EQ(SigningKey::parse(bytes_of(kEncrypted)).fault, KeyFault::has_password);
  EXPECT_EQ(SigningKey::parse(bytes_of(kEncryptedSec1)).fault, KeyFault::has_password);
}

TEST(SigningKey, IsNotReadFromWhatIsNone) {
  const std::string pem = SigningKey::make()->to_pem();
  for (const std::string& text : {std::string(), std::string("text"), pem.substr(0, pem.size() / 2),
                                  to_pem(kRfcKey), std::string(70'000, 'A')}) {
    const auto read = SigningKey::parse(bytes_of(text));
    EXPECT_FALSE(read.key);
    EXPECT_EQ(read.fault, KeyFault::not_a_key) << text.substr(0, 40);
  }
}

TEST(SigningKey, IsNeitherZeroNorTheOrderOfTheCurve) {
  EXPECT_FALSE(SigningKey::from_secret({}));
  EXPECT_FALSE(SigningKey::from_secret(
      from_hex<32>("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551")));
}

}  // namespace
}  // namespace otaru::mbed
