// Whose time it is when the engine asks its board for something.
#pragma once

#include <otaru_engine.h>

namespace otaru::firmware {

/// Wraps functions of the port, so that their time is booked to who works then: flash, network, and the rest.
/// Once, when the port is complete.
void book(otaru_port& port) noexcept;

}  // namespace otaru::firmware
