// A library for core's tests that hashes and "signs" without any cryptography: core's logic is on trial here,
// not the curve. (mbed/test checks the real one.)
#pragma once

#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>

namespace otaru::crypto {

class TestCrypto {
 public:
  /// Four FNV-1a hashes of 64 bits, each from another start.
  class Sha256 {
   public:
    explicit Sha256(TestCrypto&) noexcept {}
    void add(Bytes bytes) noexcept {
      for (const std::byte byte : bytes)
        for (std::uint64_t& lane : lanes_)
          lane = (lane ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001B3;
    }
    Digest finish() noexcept {
      Digest digest;
      for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] = static_cast<std::byte>(lanes_[i / 8] >> 8 * (i % 8));
      return digest;
    }

   private:
    std::array<std::uint64_t, 4> lanes_{0xCBF29CE484222325, 0x1234567, 0x89ABCDEF01, 0xFEDCBA987654321};
  };

  /// What verify_es256 takes for a signature of the key's owner.
  Signature sign(const PublicKey& key, const Digest& digest) noexcept {
    Sha256 hash(*this);
    hash.add(key);
    hash.add(digest);
    const Digest half = hash.finish();
    Signature signature;
    copy(half, signature);
    copy(half, MutableBytes(signature).subspan(half.size()));
    return signature;
  }

  bool verify_es256(const PublicKey& key, const Digest& digest, const Signature& signature) noexcept {
    return signature == sign(key, digest);
  }
};

static_assert(Crypto<TestCrypto>);

/// The digest of some bytes.
inline Digest digest_of(Bytes bytes) {
  TestCrypto library;
  TestCrypto::Sha256 hash(library);
  hash.add(bytes);
  return hash.finish();
}

}  // namespace otaru::crypto
