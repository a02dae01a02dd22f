// The board's UDP socket for mDNS, on one interface of this computer.
#pragma once

#include "otaru_engine.h"

namespace otaru::sketch {

/// Puts the functions for mDNS into a port. Nothing goes out of, or is taken from, another interface than the
/// board's.
void add_multicast(otaru_port& port);

}  // namespace otaru::sketch
