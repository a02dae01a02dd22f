#include <mbedtls/platform_util.h>

#include <otaru/mbed/wipe.hpp>

namespace otaru::mbed {

void wipe(MutableBytes secret) noexcept {
  mbedtls_platform_zeroize(secret.data(), secret.size());
}

}  // namespace otaru::mbed
