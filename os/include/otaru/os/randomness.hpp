// The system's randomness, fit for keys.
#pragma once

#include <otaru/bytes.hpp>

namespace otaru::os {

/// Fills `to`. Early after the start of the machine it may wait for the system to have gathered enough.
/// @return false if the system gives none; `to` must then not be used
bool fill_random(MutableBytes to) noexcept;

}  // namespace otaru::os
