// The emulated Cortex-M33 that a board's program runs on (QEMU's mps2-an505): what it is given, flash in
// memory, words for scripts/run_m33.py, and what a piece of work touches of the stack and the heap.
#pragma once

#include <cstdint>

#include "board.hpp"

namespace otaru::proof {

/// Put into memory by the emulator's loader.
struct Input {
  std::uint32_t size;  // of the stream: announcement and file, bytes
  unsigned char key[1][64];
  char board[36];
  unsigned char stream[64 * 1024];
};

/// Prints the line `name` `value`; both end with a zero byte.
void tell(const char* name, const char* value);
void tell(const char* name, std::uint32_t value);
[[noreturn]] void stop(bool good);

/// Makes a board that runs OTA1 and trusts the given key, with its heap.
void make_board();

/// Works, and tells how much of the stack and of the heap was touched, bytes; stops if all of the stack was.
void measure(void (*work)());

/// Instructions, by the machine's clock: run_m33.py makes an instruction 1 ns (-icount), and SysTick counts
/// one down each 50 ns. It goes round after 838 million.
void start_count();
/// Since start_count(), to 50.
std::uint32_t counted();

/// What the board's last action says: `committed`, the code of a refusal, or `none`.
const char* verdict();

}  // namespace otaru::proof

extern "C" {
extern const otaru::proof::Input input;  // by mps2_an505.ld
[[noreturn]] void run();                 // by the run: what the machine does after its reset
}
