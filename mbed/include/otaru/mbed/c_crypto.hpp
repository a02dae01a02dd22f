// The C boundary's table of cryptographic functions, by Mbed TLS.
#pragma once

#include <otaru/c/otaru.h>

namespace otaru::mbed {

/// For otaru_init(): otaru::mbed::Crypto behind the C boundary. Lives for ever; has no context.
extern const otaru_crypto kCCrypto;

}  // namespace otaru::mbed
