// Runs the board's program of board.cpp on an emulated Cortex-M33: takes one update from the first byte to
// the verdict, and measures the stack and the heap that it took; then the instructions of one more ES256
// verification, of the same seal. Started by scripts/run_m33.py, which puts
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

/// Instructions of one ES256 verification, of the seal at the end of the stream (docs/SPEC-seal.md).
std::uint32_t verification() {
  constexpr std::uint32_t kSeal = 512, kSigned = 448;
  const otaru_crypto& library = otaru::mbed::kCCrypto;
  const unsigned char* const seal = input.stream + input.size - kSeal;
  otaru_sha256_state state;
  unsigned char digest[32];
  library.sha256_start(&state);
  library.sha256_add(&state, seal, kSigned);
  library.sha256_finish(&state, digest);
  otaru::proof::start_count();
  library.verify_es256(library.context, input.key[0], digest, seal + kSigned);
  return otaru::proof::counted();
}

}  // namespace

void run() {
  otaru::proof::make_board();
  otaru::proof::measure(update);
  otaru::proof::tell("verify", verification());
  otaru::proof::tell("verdict", otaru::proof::verdict());
  otaru::proof::stop(true);
}
