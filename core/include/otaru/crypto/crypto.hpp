// The seam to a cryptographic library.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>

#include <otaru/bytes.hpp>

namespace otaru::crypto {

using Digest = std::array<std::byte, 32>;     ///< SHA-256 (FIPS 180-4)
using PublicKey = std::array<std::byte, 64>;  ///< ECDSA P-256: X then Y, big-endian (SEC 1, 2.3.3 without 04)
using Signature = std::array<std::byte, 64>;  ///< ES256: r then s, big-endian (RFC 7518, section 3.4)

/// A library that hashes and verifies. Core writes no hash, cipher or curve of its own.
///
/// - `Sha256(library)`: a hash that has seen nothing; copyable, a copy goes on by itself.
/// - `add(bytes)`: appends. `finish()`: the digest of all bytes; call once.
/// - `verify_es256(key, digest, signature)`: true if `signature` is one of `key`'s over `digest`; false for
///   anything else, malformed input and failures of the library included.
template <class C>
concept Crypto = requires(C& library, typename C::Sha256& hash, Bytes bytes, const PublicKey& key,
                          const Digest& digest, const Signature& signature) {
  requires std::constructible_from<typename C::Sha256, C&>;
  requires std::copyable<typename C::Sha256>;
  { hash.add(bytes) }
  noexcept->std::same_as<void>;
  { hash.finish() }
  noexcept->std::same_as<Digest>;
  { library.verify_es256(key, digest, signature) }
  noexcept->std::same_as<bool>;
};

}  // namespace otaru::crypto
