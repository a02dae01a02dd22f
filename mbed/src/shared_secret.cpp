#include <cstdint>

#include <mbedtls/sha256.h>

#include <otaru/mbed/shared_secret.hpp>

namespace otaru::mbed {
namespace {

/// Keeps the secret apart from other uses of the same password. Never changed: both ends must agree.
constexpr std::string_view kLabel = "OTARU push password 1\n";

const unsigned char* raw(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

SharedSecret::SharedSecret(std::string_view password) noexcept {
  mbedtls_sha256_context context;
  mbedtls_sha256_init(&context);
  mbedtls_sha256_starts_ret(&context, 0);
  mbedtls_sha256_update_ret(&context, raw(kLabel), kLabel.size());
  mbedtls_sha256_update_ret(&context, raw(password), password.size());
  mbedtls_sha256_finish_ret(&context, reinterpret_cast<unsigned char*>(bytes_.data()));
  mbedtls_sha256_free(&context);
}

}  // namespace otaru::mbed
