#include <algorithm>
#include <array>

#include <mbedtls/asn1.h>

#include <otaru/mbed/key_text.hpp>

#include "pk_key.hpp"

namespace otaru::mbed {
namespace {

constexpr std::size_t kHalf = 32;  // of a key and of a signature, bytes

/// A big number, freed whatever happens.
struct Number {
  Number() noexcept { mbedtls_mpi_init(&value); }
  ~Number() { mbedtls_mpi_free(&value); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  mbedtls_mpi value;
};

}  // namespace

KeyResult<crypto::PublicKey> parse_public_key(Bytes file) {
  if (file.size() > kLargestKeyFile) return {std::nullopt, KeyFault::not_a_key};
  const std::vector<unsigned char> text = with_zero_behind(file);
  PkKey parsed;
  int error = mbedtls_pk_parse_public_key(&parsed.context, text.data(), text.size());
  if (error != 0) {  // DER ends with its last byte
    PkKey der;
    if (mbedtls_pk_parse_public_key(&der.context, text.data(), text.size() - 1) == 0) {
      std::swap(parsed.context, der.context);
      error = 0;
    }
  }
  if (error != 0) return {std::nullopt, fault_of(error)};
  const mbedtls_ecp_keypair* const pair = parsed.p256();
  if (pair == nullptr) return {std::nullopt, KeyFault::not_p256};
  crypto::PublicKey key;
  if (!read_point(*pair, key)) return {std::nullopt, KeyFault::not_a_key};
  return {key, KeyFault::none};
}

std::string to_pem(const crypto::PublicKey& key) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(key.data());
  PkKey pk;
  std::array<unsigned char, 512> text{};
  if (mbedtls_pk_setup(&pk.context, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) != 0) return {};
  mbedtls_ecp_keypair* const pair = mbedtls_pk_ec(pk.context);
  if (mbedtls_ecp_group_load(&pair->grp, MBEDTLS_ECP_DP_SECP256R1) != 0 ||
      mbedtls_mpi_read_binary(&pair->Q.X, bytes, kHalf) != 0 ||
      mbedtls_mpi_read_binary(&pair->Q.Y, bytes + kHalf, kHalf) != 0 ||
      mbedtls_mpi_lset(&pair->Q.Z, 1) != 0 ||
      mbedtls_pk_write_pubkey_pem(&pk.context, text.data(), text.size()) != 0)
    return {};
  return reinterpret_cast<const char*>(text.data());
}

std::optional<crypto::Signature> signature_from_der(Bytes der) {
  // The parser wants pointers that it may move; it does not write.
  auto* at = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(der.data()));
  const unsigned char* const end = at + der.size();
  std::size_t length = 0;
  Number r;
  Number s;
  crypto::Signature signature;
  auto* const to = reinterpret_cast<unsigned char*>(signature.data());
  if (mbedtls_asn1_get_tag(&at, end, &length, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) != 0 ||
      at + length != end || mbedtls_asn1_get_mpi(&at, end, &r.value) != 0 ||
      mbedtls_asn1_get_mpi(&at, end, &s.value) != 0 || at != end ||
      mbedtls_mpi_write_binary(&r.value, to, kHalf) != 0 ||
      mbedtls_mpi_write_binary(&s.value, to + kHalf, kHalf) != 0)
    return std::nullopt;
  return signature;
}

}  // namespace otaru::mbed
