// The key of core's tests, and the hash that its owner signs.
#pragma once

#include <span>
#include <string_view>

#include <crypto/rfc6979.hpp>

#include <otaru/mbed/crypto.hpp>

namespace otaru::mbed {

using crypto::from_hex;
using crypto::kRfcKey;
using crypto::kRfcSecret;
using crypto::kRfcSignature;

inline crypto::Digest sha256_of(std::string_view text) {
  Crypto library;
  Crypto::Sha256 hash(library);
  hash.add(std::as_bytes(std::span(text)));
  return hash.finish();
}

}  // namespace otaru::mbed
