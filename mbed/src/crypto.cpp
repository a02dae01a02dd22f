#include <mbedtls/ecdsa.h>

#include <otaru/mbed/crypto.hpp>

namespace otaru::mbed {
namespace {

const unsigned char* raw(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// What a verification needs, freed whatever happens.
struct Verification {
  Verification() noexcept {
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&key);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
  }
  ~Verification() {
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_ecp_point_free(&key);
    mbedtls_ecp_group_free(&group);
  }
  Verification(const Verification&) = delete;
  Verification& operator=(const Verification&) = delete;

  mbedtls_ecp_group group;
  mbedtls_ecp_point key;
  mbedtls_mpi r;
  mbedtls_mpi s;
};

}  // namespace

Crypto::Sha256::Sha256(Crypto&) noexcept {
  mbedtls_sha256_init(&context_);
  mbedtls_sha256_starts_ret(&context_, 0);
}

void Crypto::Sha256::add(Bytes bytes) noexcept {
  mbedtls_sha256_update_ret(&context_, raw(bytes), bytes.size());
}

crypto::Digest Crypto::Sha256::finish() noexcept {
  crypto::Digest digest;
  mbedtls_sha256_finish_ret(&context_, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

bool Crypto::verify_es256(const crypto::PublicKey& key, const crypto::Digest& digest,
                          const crypto::Signature& signature) noexcept {
  Verification v;
  constexpr std::size_t kHalf = 32;  // of key and signature, bytes
  const Bytes point(key);
  const Bytes numbers(signature);
  return mbedtls_ecp_group_load(&v.group, MBEDTLS_ECP_DP_SECP256R1) == 0 &&
         mbedtls_mpi_read_binary(&v.key.X, raw(point), kHalf) == 0 &&
         mbedtls_mpi_read_binary(&v.key.Y, raw(point.subspan(kHalf)), kHalf) == 0 &&
         mbedtls_mpi_lset(&v.key.Z, 1) == 0 && mbedtls_ecp_check_pubkey(&v.group, &v.key) == 0 &&
         mbedtls_mpi_read_binary(&v.r, raw(numbers), kHalf) == 0 &&
         mbedtls_mpi_read_binary(&v.s, raw(numbers.subspan(kHalf)), kHalf) == 0 &&
         mbedtls_ecdsa_verify(&v.group, raw(digest), digest.size(), &v.key, &v.r, &v.s) == 0;
}

}  // namespace otaru::mbed
