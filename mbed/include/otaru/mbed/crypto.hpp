// Core's Crypto seam, by Mbed TLS.
#pragma once

#include <mbedtls/sha256.h>

#include <otaru/crypto/crypto.hpp>

namespace otaru::mbed {

/// SHA-256 and ES256 verification by Mbed TLS 2.28. Has no state; verify_es256 takes some kilobytes of heap
/// while it runs. No exceptions: it is compiled for boards too.
class Crypto {
 public:
  /// Mbed TLS's software SHA-256 keeps its state in the context alone, so that a copy is a hash of its own.
  class Sha256 {
   public:
    explicit Sha256(Crypto&) noexcept;
    void add(Bytes bytes) noexcept;
    crypto::Digest finish() noexcept;

   private:
    mbedtls_sha256_context context_;
  };

  /// False for a key that is not on the curve, too.
  bool verify_es256(const crypto::PublicKey& key, const crypto::Digest& digest,
                    const crypto::Signature& signature) noexcept;
};

static_assert(crypto::Crypto<Crypto>);

}  // namespace otaru::mbed
