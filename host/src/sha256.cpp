#include <fmt/format.h>
#include <mbedtls/sha256.h>

#include <otaru/host/sha256.hpp>

namespace otaru::host {

Sha256 sha256(Bytes content) {
  Sha256 digest{};
  // Software SHA-256 reports no errors: 2.28 returns 0 unless a hardware replacement is compiled in.
  static_cast<void>(mbedtls_sha256_ret(reinterpret_cast<const unsigned char*>(content.data()), content.size(),
                                       reinterpret_cast<unsigned char*>(digest.data()), 0));
  return digest;
}

std::string hex(Bytes bytes) {
  std::string text;
  for (std::byte b : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  return text;
}

}  // namespace otaru::host
