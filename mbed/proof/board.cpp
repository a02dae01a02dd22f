// Stands for the program of a board with keys in the size budget (mbed/budget.json), and is what runs in
// mbed/proof/run.cpp: core, its C boundary, and Mbed TLS as the cryptographic library. It defines what such a
// board keeps in static memory, Mbed TLS's heap included.
#include "board.hpp"

#include <mbedtls/memory_buffer_alloc.h>

extern "C" {

otaru_device proof_device;  // receiver, slot writer, commit, trial
otaru_flash proof_flash;    // the port's functions
otaru_action proof_action;  // with the reply that is being sent
otaru_trust proof_trust;    // keys and type of the board

// What a verification takes, measured by the run; Mbed TLS gives all of it back.
alignas(8) unsigned char proof_heap[otaru::proof::kHeapSize];

int proof_begin(otaru_slot running) {
  mbedtls_memory_buffer_alloc_init(proof_heap, sizeof proof_heap);
  return otaru_init(&proof_device, &proof_flash, &otaru::mbed::kCCrypto, &proof_trust, OTARU_AMEBA_D_2MB,
                    running, 3);
}

// A board resets here.
void otaru_heap_broken(int) {
  for (;;) {
  }
}
}
