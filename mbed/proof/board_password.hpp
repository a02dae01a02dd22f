// The program of a board with keys and a password: what is on top of board.hpp.
#pragma once

#include <string_view>

#include <otaru/mbed/push_gate.hpp>

#include "board.hpp"

namespace otaru::proof {

/// Makes the board's door. After proof_begin().
void set_password(std::string_view password, mbed::Randomness randomness);

/// Makes the gate of one connection.
mbed::PushGate& connect();

}  // namespace otaru::proof
