// Keys for tests: published ones, and ones of small numbers that nobody could mistake for secrets.
#pragma once

#include <cstddef>
#include <vector>

#include <otaru/host/key_files.hpp>
#include <otaru/mbed/signing_key.hpp>

#include "golden.hpp"

namespace otaru::host {

/// The key of RFC 6979, appendix A.2.5: test/golden/seal-key.pem.
inline mbed::SigningKey golden_key() {
  return std::move(*mbed::SigningKey::parse(golden("seal-key.pem")).key);
}

/// The key whose private number is `number`, 1 or more.
inline mbed::SigningKey small_key(unsigned char number) {
  mbed::SigningKey::Secret secret{};
  secret.back() = std::byte{number};
  return std::move(*mbed::SigningKey::from_secret(secret));
}

inline NamedKey named(const mbed::SigningKey& key, std::string file = "a.pub") {
  return {std::move(file), key.public_key(), false};
}

}  // namespace otaru::host
