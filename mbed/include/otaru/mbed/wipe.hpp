// Forgetting secrets.
#pragma once

#include <otaru/bytes.hpp>

namespace otaru::mbed {

/// Overwrites memory that held a secret, which a compiler might otherwise leave.
void wipe(MutableBytes secret) noexcept;

}  // namespace otaru::mbed
