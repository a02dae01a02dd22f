// An owner for Mbed TLS's key context, and what both kinds of key files have in common.
#pragma once

#include <cstddef>
#include <vector>

#include <mbedtls/pem.h>
#include <mbedtls/pk.h>

#include <otaru/bytes.hpp>
#include <otaru/mbed/key_text.hpp>

namespace otaru::mbed {

/// Bytes from outside are at most this long, so that no file can ask for much memory.
inline constexpr std::size_t kLargestKeyFile = 64 * 1024;

struct PkKey {
  PkKey() noexcept { mbedtls_pk_init(&context); }
  ~PkKey() { mbedtls_pk_free(&context); }
  PkKey(const PkKey&) = delete;
  PkKey& operator=(const PkKey&) = delete;

  /// The curve key inside, or nullptr if it is another kind of key or of another curve.
  mbedtls_ecp_keypair* p256() noexcept {
    if (mbedtls_pk_get_type(&context) != MBEDTLS_PK_ECKEY) return nullptr;
    mbedtls_ecp_keypair* const pair = mbedtls_pk_ec(context);
    return pair->grp.id == MBEDTLS_ECP_DP_SECP256R1 ? pair : nullptr;
  }

  mbedtls_pk_context context;
};

/// Mbed TLS takes PEM only with a zero byte behind it, and counts that byte.
inline std::vector<unsigned char> with_zero_behind(Bytes file) {
  std::vector<unsigned char> text;
  text.reserve(file.size() + 1);
  for (const std::byte byte : file) text.push_back(std::to_integer<unsigned char>(byte));
  text.push_back(0);
  return text;
}

/// Why Mbed TLS did not take a key.
inline KeyFault fault_of(int error) noexcept {
  switch (error) {
    case MBEDTLS_ERR_PK_PASSWORD_REQUIRED:
    case MBEDTLS_ERR_PK_PASSWORD_MISMATCH:
    case MBEDTLS_ERR_PEM_FEATURE_UNAVAILABLE:  // the old encryption by DES or MD5, which we left out
    case MBEDTLS_ERR_PEM_PASSWORD_REQUIRED:
    case MBEDTLS_ERR_PEM_PASSWORD_MISMATCH: return KeyFault::has_password;
    case MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE:
    case MBEDTLS_ERR_PK_UNKNOWN_PK_ALG: return KeyFault::not_p256;
    default: return KeyFault::not_a_key;
  }
}

/// X then Y of the key, big-endian. @return false if it is no point of the curve
inline bool read_point(const mbedtls_ecp_keypair& pair, crypto::PublicKey& key) noexcept {
  auto* const bytes = reinterpret_cast<unsigned char*>(key.data());
  return mbedtls_ecp_check_pubkey(&pair.grp, &pair.Q) == 0 &&
         mbedtls_mpi_write_binary(&pair.Q.X, bytes, 32) == 0 &&
         mbedtls_mpi_write_binary(&pair.Q.Y, bytes + 32, 32) == 0;
}

}  // namespace otaru::mbed
