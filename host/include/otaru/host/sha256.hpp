// SHA-256, by Mbed TLS.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include <otaru/bytes.hpp>

namespace otaru::host {

using Sha256 = std::array<std::byte, 32>;

Sha256 sha256(Bytes content);

/// Two lower-case digits a byte.
std::string hex(Bytes bytes);

}  // namespace otaru::host
