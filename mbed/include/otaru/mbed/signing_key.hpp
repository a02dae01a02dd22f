// A private key that signs: for computers, never for boards. By Mbed TLS.
#pragma once

#include <array>
#include <optional>
#include <string>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/mbed/key_text.hpp>
#include <otaru/mbed/wipe.hpp>

namespace otaru::mbed {

/// An ECDSA P-256 private key. Its memory is wiped when it ends.
class SigningKey {
 public:
  using Secret = std::array<std::byte, 32>;  ///< the private number, big-endian

  /// A new key from the system's randomness (Mbed TLS's entropy and CTR_DRBG).
  /// @return nothing if there is no randomness to be had
  static std::optional<SigningKey> make() noexcept;

  /// @return nothing if the number is 0 or not below the order of the curve
  static std::optional<SigningKey> from_secret(const Secret& secret) noexcept;

  /// Reads a private key file: PEM or DER, SEC 1 or PKCS#8, as openssl writes them. No password is asked for.
  static KeyResult<SigningKey> parse(Bytes file);

  SigningKey(SigningKey&& from) noexcept;
  SigningKey& operator=(SigningKey&& from) noexcept;
  ~SigningKey();

  const crypto::PublicKey& public_key() const noexcept { return public_key_; }

  /// Signs deterministically (RFC 6979): the same key and digest give the same signature.
  /// @return nothing if Mbed TLS fails: no memory, or no randomness for its blinding
  std::optional<crypto::Signature> sign(const crypto::Digest& digest) const noexcept;

  /// The key as PEM, SEC 1 (`BEGIN EC PRIVATE KEY`). Whoever reads it can sign: for its file only.
  std::string to_pem() const;

 private:
  SigningKey(const Secret& secret, const crypto::PublicKey& public_key) noexcept
      : secret_(secret), public_key_(public_key) {}
  void wipe() noexcept;

  Secret secret_;
  crypto::PublicKey public_key_;
};

}  // namespace otaru::mbed
