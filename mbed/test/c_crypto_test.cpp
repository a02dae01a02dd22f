#include <crypto/crypto_contract.hpp>

#include <otaru/mbed/c_crypto.hpp>

namespace otaru::mbed {

/// The table of the C boundary, called as a port does. Its verdict is 1 or 0 and nothing else.
class CTable {
 public:
  class Sha256 {
   public:
    explicit Sha256(CTable&) noexcept { kCCrypto.sha256_start(&state_); }
    void add(Bytes bytes) noexcept { kCCrypto.sha256_add(&state_, bytes.data(), bytes.size()); }
    crypto::Digest finish() noexcept {
      crypto::Digest digest;
      kCCrypto.sha256_finish(&state_, reinterpret_cast<unsigned char*>(digest.data()));
      return digest;
    }

   private:
    otaru_sha256_state state_;
  };

  bool verify_es256(const crypto::PublicKey& key, const crypto::Digest& digest,
                    const crypto::Signature& signature) noexcept {
    const auto raw = [](const auto& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); };
    const int verdict = kCCrypto.verify_es256(kCCrypto.context, raw(key), raw(digest), raw(signature));
    EXPECT_TRUE(verdict == 0 || verdict == 1) << verdict;
    return verdict == 1;
  }
};

struct BehindTheBoundary {
  CTable library;
  CTable& crypto() { return library; }
};

}  // namespace otaru::mbed

namespace otaru::crypto {
INSTANTIATE_TYPED_TEST_SUITE_P(OfMbedTlsBehindTheCBoundary, CryptoContract, mbed::BehindTheBoundary);
}
