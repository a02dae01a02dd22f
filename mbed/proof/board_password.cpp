// Stands for the program of a board with keys and a password in the size budget (mbed/budget_password.json),
// and is what runs in mbed/proof/run_password.cpp: all of board.cpp, with a larger heap, and one secure
// connection.
#include "board_password.hpp"

#include <new>

#include "board.cpp"  // NOLINT(bugprone-suspicious-include): one program for each line of the budget

namespace otaru::proof {

// Raw memory, because a port makes them when it knows its password, and when somebody connects: no static
// constructor or destructor.
extern std::byte door_memory[sizeof(mbed::PushDoor)];
alignas(mbed::PushDoor) std::byte door_memory[sizeof(mbed::PushDoor)];
extern std::byte gate_memory[sizeof(mbed::PushGate)];
alignas(mbed::PushGate) std::byte gate_memory[sizeof(mbed::PushGate)];

namespace {

mbed::PushDoor& door() {
  return *std::launder(reinterpret_cast<mbed::PushDoor*>(door_memory));
}

}  // namespace

void set_password(std::string_view password, mbed::Randomness randomness) {
  ::new (static_cast<void*>(door_memory)) mbed::PushDoor(mbed::SharedSecret(password), randomness);
}

mbed::PushGate& connect() {
  return *::new (static_cast<void*>(gate_memory)) mbed::PushGate(door());
}

}  // namespace otaru::proof
