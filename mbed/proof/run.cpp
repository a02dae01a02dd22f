// Runs the board's program of board.cpp on an emulated Cortex-M33: takes one update from the first byte to
// the verdict, and measures the stack and the heap that it took. Started by scripts/run_m33.py, which puts
// the update into memory and judges what is printed here.
#include <algorithm>

#include "machine.hpp"

namespace {

/// Sends the whole stream to the board.
void update() {
  if (otaru_start(&proof_device) != OTARU_STARTED_NORMAL) return;
  int evicts = 0;
  const int seat = otaru_open(&proof_device, 0, &evicts);
  std::uint32_t sent = 0;
  while (proof_action.note != OTARU_NOTE_COMMITTED && proof_action.note != OTARU_NOTE_REFUSED) {
    const std::uint32_t length = std::min<std::uint32_t>(input.size - sent, 1024);
    otaru_step(&proof_device, seat, length > 0 ? OTARU_BYTES : OTARU_TIME, input.stream + sent, length, 0,
               &proof_action);
    sent += static_cast<std::uint32_t>(proof_action.consumed);
    if (sent == input.size && proof_action.next == OTARU_WAIT) break;
  }
}

}  // namespace

void run() {
  otaru::proof::make_board();
  otaru::proof::measure(update);
  otaru::proof::tell("verdict", otaru::proof::verdict());
  otaru::proof::stop(true);
}
