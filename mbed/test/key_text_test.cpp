#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/mbed/key_text.hpp>
#include <otaru/mbed/signing_key.hpp>

#include "rfc6979.hpp"

namespace otaru::mbed {
namespace {

Bytes bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// The key of RFC 6979 as openssl 3.0 writes it (ec -pubout), and a P-384 key.
constexpr std::string_view kPublicPem = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7
Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
-----END PUBLIC KEY-----
)";
constexpr std::string_view kP384Pem = R"(-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEWdmn3b9fLe266epd3e7Vqf+5shDPL+M/
HCwFINV7xsRsVPTgBPVWFs7nWVyw7K0r59FQXaL2C9xgEJVCmr9rm2E/Q5ywJPTo
zLXQYwN4VlwRDWkEgly4JL2xBQq92LBM
-----END PUBLIC KEY-----
)";

std::vector<std::byte> der_of(const crypto::Signature& signature) {
  // Both numbers of the RFC's signature have their top bit set, so each gets a zero byte in front.
  std::vector<std::byte> der{std::byte{0x30}, std::byte{70}};
  for (std::size_t half : {0u, 32u}) {
    der.insert(der.end(), {std::byte{2}, std::byte{33}, std::byte{0}});
    der.insert(der.end(), signature.begin() + static_cast<std::ptrdiff_t>(half),
               signature.begin() + static_cast<std::ptrdiff_t>(half + 32));
  }
  return der;
}

TEST(KeyText, WritesAPublicKeyAsOpensslDoes) {
  EXPECT_EQ(to_pem(kRfcKey), kPublicPem);
}

TEST(KeyText, ReadsThePublicKeyOfOpenssl) {
  const auto read = parse_public_key(bytes_of(kPublicPem));
  ASSERT_TRUE(read.key);
  EXPECT_EQ(*read.key, kRfcKey);
}

TEST(KeyText, TellsAKeyOfAnotherCurve) {
  EXPECT_EQ(parse_public_key(bytes_of(kP384Pem)).fault, KeyFault::not_p256);
}

TEST(KeyText, TakesNoPrivateKeyForAPublicOne) {
  EXPECT_FALSE(parse_public_key(bytes_of(SigningKey::from_secret(kRfcSecret)->to_pem())).key);
}

TEST(KeyText, TakesNoPointBesideTheCurve) {
  std::string pem(kPublicPem);
  pem[pem.find("\n-----END") - 4] = pem[pem.find("\n-----END") - 4] == 'A' ? 'B' : 'A';
  EXPECT_EQ(parse_public_key(bytes_of(pem)).fault, KeyFault::not_a_key);
}

TEST(KeyText, ReadsASignatureInDer) {
  EXPECT_EQ(signature_from_der(der_of(kRfcSignature)), kRfcSignature);
}

TEST(KeyText, ReadsShortNumbersOfASignatureWithZerosInFront) {
  const std::array der{std::byte{0x30}, std::byte{6}, std::byte{2}, std::byte{1},
                       std::byte{5},    std::byte{2}, std::byte{1}, std::byte{9}};
  const auto signature = signature_from_der(der);
  ASSERT_TRUE(signature);
  EXPECT_EQ((*signature)[31], std::byte{5});
  EXPECT_EQ((*signature)[63], std::byte{9});
  EXPECT_EQ((*signature)[0], std::byte{0});
}

TEST(KeyText, TakesNoDerThatIsCutOffLongerOrOfOtherThings) {
  const std::vector<std::byte> der = der_of(kRfcSignature);
  for (std::size_t size = 0; size < der.size(); ++size)
    EXPECT_FALSE(signature_from_der(Bytes(der).first(size))) << size;
  std::vector<std::byte> longer = der;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(signature_from_der(longer));
  std::vector<std::byte> other = der;
  other[2] = std::byte{4};
  EXPECT_FALSE(signature_from_der(other));
}

}  // namespace
}  // namespace otaru::mbed
