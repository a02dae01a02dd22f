// What Linux and macOS do differently with a serial port that is open.
#pragma once

#include <cstdint>

namespace otaru::os {

/// Sets the rate of both directions, standard or not. @return false with errno if the driver cannot
bool set_serial_baud(int descriptor, std::uint32_t baud) noexcept;

/// What a user has to do to be let at a port that the system denies.
const char* serial_permission_advice() noexcept;

}  // namespace otaru::os
