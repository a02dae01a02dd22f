// The contract of the Crypto concept, as tests that every library behind the seam passes, on every processor.
//
// How to run it against a library: write a Maker and instantiate the suite,
//
//   struct MyLibrary {
//     my::Crypto library;
//     my::Crypto& crypto() { return library; }
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(OfMyLibrary, CryptoContract, MyLibrary);
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <crypto/rfc6979.hpp>
#include <gtest/gtest.h>

#include <otaru/crypto/crypto.hpp>

namespace otaru::crypto {

template <class Maker>
class CryptoContract : public testing::Test {
 protected:
  using Library = std::remove_reference_t<decltype(std::declval<Maker&>().crypto())>;
  using Sha256 = typename Library::Sha256;
  static_assert(Crypto<Library>);

  static Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

  Digest hash(Bytes bytes) {
    Sha256 made(library_);
    made.add(bytes);
    return made.finish();
  }
  Digest hash(std::string_view text) { return hash(bytes_of(text)); }

  bool verify(const PublicKey& key, std::string_view text, const Signature& signature) {
    return library_.verify_es256(key, hash(text), signature);
  }

  /// The bytes of two numbers, one behind the other.
  static std::array<std::byte, 64> pair(Bytes first, Bytes second) {
    std::array<std::byte, 64> both{};
    std::copy(first.begin(), first.end(), both.begin());
    std::copy(second.begin(), second.end(), both.begin() + 32);
    return both;
  }

  static std::vector<std::byte> pattern(std::size_t length) {
    std::vector<std::byte> out(length);
    for (std::size_t i = 0; i < length; ++i) out[i] = static_cast<std::byte>((1 + i * 7) % 251);
    return out;
  }

  Maker maker_;
  Library& library_ = maker_.crypto();
};

TYPED_TEST_SUITE_P(CryptoContract);

// FIPS 180-4 and its examples: "abc", two blocks, a million letters; and nothing at all.
TYPED_TEST_P(CryptoContract, HashesTheTextsOfTheStandard) {
  EXPECT_EQ(this->hash("abc"),
            from_hex<32>("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  EXPECT_EQ(this->hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            from_hex<32>("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
  EXPECT_EQ(this->hash(""), from_hex<32>("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  const std::string letters(1'000, 'a');
  typename TestFixture::Sha256 million(this->library_);
  for (int i = 0; i < 1'000; ++i) million.add(this->bytes_of(letters));
  EXPECT_EQ(million.finish(),
            from_hex<32>("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

// Every way in which a text can end in its last block of 64 bytes. The sum was made by Python's hashlib.
TYPED_TEST_P(CryptoContract, HashesEveryLengthUpToTwoBlocks) {
  typename TestFixture::Sha256 digests(this->library_);
  for (std::size_t length = 0; length <= 130; ++length) digests.add(this->hash(this->pattern(length)));
  EXPECT_EQ(digests.finish(),
            from_hex<32>("3be08ffa6edf660a80ad97627303edda7d8abfb83364c205298045594eb6d12e"));
}

TYPED_TEST_P(CryptoContract, HashesTheSameInPiecesOfAnySize) {
  const std::vector<std::byte> text = this->pattern(300);
  const Digest whole = this->hash(text);
  int tried = 0;
  for (std::size_t piece = 1; piece < text.size(); piece += 3) {
    typename TestFixture::Sha256 hash(this->library_);
    for (Bytes left(text); !left.empty(); left = left.subspan(std::min(piece, left.size())))
      hash.add(left.first(std::min(piece, left.size())));
    hash.add({});
    EXPECT_EQ(hash.finish(), whole) << "pieces of " << piece;
    ++tried;
  }
  EXPECT_GT(tried, 90);
}

TYPED_TEST_P(CryptoContract, ACopiedHashGoesOnByItself) {
  typename TestFixture::Sha256 hash(this->library_);
  hash.add(this->bytes_of("ab"));
  typename TestFixture::Sha256 copied = hash;
  hash.add(this->bytes_of("xyz"));
  copied.add(this->bytes_of("c"));
  typename TestFixture::Sha256 assigned(this->library_);
  assigned.add(this->bytes_of("forgotten"));
  assigned = copied;
  EXPECT_EQ(copied.finish(), this->hash("abc"));
  EXPECT_EQ(hash.finish(), this->hash("abxyz"));
  assigned.add(this->bytes_of("d"));
  EXPECT_EQ(assigned.finish(), this->hash("abcd"));
}

TYPED_TEST_P(CryptoContract, TwoHashesAtOnceDoNotMeet) {
  typename TestFixture::Sha256 one(this->library_);
  typename TestFixture::Sha256 other(this->library_);
  for (int i = 0; i < 100; ++i) {
    one.add(this->bytes_of("a"));
    other.add(this->bytes_of("b"));
  }
  EXPECT_EQ(one.finish(), this->hash(std::string(100, 'a')));
  EXPECT_EQ(other.finish(), this->hash(std::string(100, 'b')));
}

TYPED_TEST_P(CryptoContract, VerifiesTheSignaturesOfRfc6979) {
  EXPECT_TRUE(this->verify(kRfcKey, "sample", kRfcSignature));
  EXPECT_TRUE(this->verify(kRfcKey, "test", kRfcOtherSignature));
}

TYPED_TEST_P(CryptoContract, RefusesASignatureOverAnotherMessage) {
  EXPECT_FALSE(this->verify(kRfcKey, "sampled", kRfcSignature));
  EXPECT_FALSE(this->verify(kRfcKey, "test", kRfcSignature));
  EXPECT_FALSE(this->verify(kRfcKey, "sample", kRfcOtherSignature));
}

TYPED_TEST_P(CryptoContract, RefusesAChangedBitAnywhereInKeyAndSignatureAndDigest) {
  const Digest digest = this->hash("sample");
  int tried = 0;
  for (std::size_t i = 0; i < 64; i += 7) {
    Signature signature = kRfcSignature;
    signature[i] ^= std::byte{1};
    EXPECT_FALSE(this->library_.verify_es256(kRfcKey, digest, signature)) << "signature byte " << i;
    PublicKey key = kRfcKey;
    key[i] ^= std::byte{1};
    EXPECT_FALSE(this->library_.verify_es256(key, digest, kRfcSignature)) << "key byte " << i;
    Digest other = digest;
    other[i / 2] ^= std::byte{0x80};
    EXPECT_FALSE(this->library_.verify_es256(kRfcKey, other, kRfcSignature)) << "digest byte " << i / 2;
    ++tried;
  }
  EXPECT_GT(tried, 8);
  EXPECT_TRUE(this->verify(kRfcKey, "sample", kRfcSignature)) << "a refusal leaves nothing behind";
}

// SEC 1, 4.1.4: r and s are from 1 to n - 1.
TYPED_TEST_P(CryptoContract, RefusesNumbersThatNoSignatureHas) {
  const auto order = from_hex<32>("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
  const auto ones = from_hex<32>("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
  const Bytes r = Bytes(kRfcSignature).first(32);
  const Bytes s = Bytes(kRfcSignature).subspan(32);
  const std::array<std::byte, 32> zero{};
  EXPECT_FALSE(this->verify(kRfcKey, "sample", {}));
  for (const auto& wrong : {zero, order, ones}) {
    EXPECT_FALSE(this->verify(kRfcKey, "sample", this->pair(wrong, s)));
    EXPECT_FALSE(this->verify(kRfcKey, "sample", this->pair(r, wrong)));
    EXPECT_FALSE(this->verify(kRfcKey, "sample", this->pair(wrong, wrong)));
  }
  EXPECT_FALSE(this->verify(kRfcKey, "sample", this->pair(s, r)));
}

// SEC 1, 3.2.2.1: both coordinates are below p, and the point is on the curve.
TYPED_TEST_P(CryptoContract, RefusesPointsThatNoKeyIs) {
  const auto prime = from_hex<32>("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
  const auto ones = from_hex<32>("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
  const Bytes x = Bytes(kRfcKey).first(32);
  const Bytes y = Bytes(kRfcKey).subspan(32);
  EXPECT_FALSE(this->verify({}, "sample", kRfcSignature));
  for (const auto& wrong : {prime, ones}) {
    EXPECT_FALSE(this->verify(this->pair(wrong, y), "sample", kRfcSignature));
    EXPECT_FALSE(this->verify(this->pair(x, wrong), "sample", kRfcSignature));
  }
  EXPECT_FALSE(this->verify(this->pair(y, x), "sample", kRfcSignature));
}

REGISTER_TYPED_TEST_SUITE_P(CryptoContract, HashesTheTextsOfTheStandard, HashesEveryLengthUpToTwoBlocks,
                            HashesTheSameInPiecesOfAnySize, ACopiedHashGoesOnByItself,
                            TwoHashesAtOnceDoNotMeet, VerifiesTheSignaturesOfRfc6979,
                            RefusesASignatureOverAnotherMessage,
                            RefusesAChangedBitAnywhereInKeyAndSignatureAndDigest,
                            RefusesNumbersThatNoSignatureHas, RefusesPointsThatNoKeyIs);

}  // namespace otaru::crypto
