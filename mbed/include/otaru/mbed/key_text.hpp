// Public keys and signatures in the forms that other programs write. By Mbed TLS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>

namespace otaru::mbed {

/// Why a file is not the key that was wanted.
enum class KeyFault : std::uint8_t {
  none,
  not_a_key,     ///< no PEM or DER of this kind of key, or a damaged one
  not_p256,      ///< a key, but not ECDSA on P-256
  has_password,  ///< encrypted
};

template <class Key>
struct KeyResult {
  std::optional<Key> key;
  KeyFault fault = KeyFault::none;
};

/// Reads a public key file: PEM (`BEGIN PUBLIC KEY`) or DER of the same. A point that is not on the curve is
/// no key.
KeyResult<crypto::PublicKey> parse_public_key(Bytes file);

/// `BEGIN PUBLIC KEY`, as `openssl ec -pubout` writes it. The key must be on the curve.
std::string to_pem(const crypto::PublicKey& key);

/// An ECDSA signature in DER (RFC 3279, section 2.2.3: SEQUENCE of r and s), as openssl and key services
/// write it. @return nothing if it is none, or if a number has more than 32 bytes
std::optional<crypto::Signature> signature_from_der(Bytes der);

}  // namespace otaru::mbed
