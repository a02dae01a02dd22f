// Mbed TLS's heap. On a board it is memory that is linked only where it is used; a computer has its own.
#pragma once

#include "otaru_engine.h"

namespace otaru::engine {

/// For verifying seals. @param port  resets the board if somebody overwrites the heap
void make_verifier_heap(const otaru_port& port) noexcept;

/// For kGates secure connections, and verifying seals.
void make_channel_heap(const otaru_port& port) noexcept;

}  // namespace otaru::engine
