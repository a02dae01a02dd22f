// A board around libOtaru.a on an emulated Cortex-M33 (mbed/proof/machine.hpp): flash in memory, one
// connection.
#pragma once

#include "machine.hpp"
#include "otaru_engine.h"

namespace otaru::proof {

/// The connection's other end; the functions of otaru_port.
struct Line {
  int (*receive)(void* context, int connection, void* out, std::size_t length);
  int (*send)(void* context, int connection, const void* data, std::size_t length);
};

/// The board has said its last word.
bool said_all();

/// Makes the engine, has `set_up` give it keys, and lets it take one update from the first
/// byte to the reset. Tells the verdict and how much of the stack was touched, and stops the machine.
[[noreturn]] void take_update(const Line& line, void (*set_up)(otaru_engine* engine));

}  // namespace otaru::proof
