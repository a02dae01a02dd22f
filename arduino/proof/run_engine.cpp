// Runs libOtaru.a, the very bytes that boards get, with keys: one update from the first byte to the reset.
// Started by scripts/run_m33.py, which puts the update into memory, changes it, and judges what is printed
// here.
#include <algorithm>

#include "engine_board.hpp"

namespace {

/// The sender sends all that the emulator was given, and leaves when it has heard the verdict.
int receive(void*, int, void* out, std::size_t length) {
  static std::uint32_t sent = 0;
  const auto taken = std::min<std::uint32_t>(input.size - sent, static_cast<std::uint32_t>(length));
  std::copy_n(input.stream + sent, taken, static_cast<unsigned char*>(out));
  sent += taken;
  if (taken > 0) return static_cast<int>(taken);
  return otaru::proof::said_all() ? 0 : OTARU_NOT_NOW;
}

int send(void*, int, const void*, std::size_t length) {
  return static_cast<int>(length);
}

}  // namespace

void run() {
  otaru::proof::take_update({receive, send},
                            [](otaru_engine* engine) { otaru_engine_set_keys(engine, input.key, 1); });
}
