// The board's TCP, by this computer's sockets. Handles are file descriptors.
#pragma once

#include <cstdint>

#include "otaru_engine.h"

namespace otaru::sketch {

/// Takes the port that the board was started with, or, without one, `wanted`, and keeps it for the first
/// tcp_listen() on it: so that a port that another program has is known at once, and a free one is known
/// before it is announced.
/// @return the port  @throws std::runtime_error  it cannot be had; what() says what to do
std::uint16_t reserve_port(std::uint16_t wanted);

/// Puts the functions for TCP into a port.
void add_tcp(otaru_port& port);

}  // namespace otaru::sketch
