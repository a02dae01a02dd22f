// The program of a board with keys: what the size budget measures and the run runs.
#pragma once

#include <cstddef>

#include <mbedtls/platform.h>

#include <otaru/c/otaru.h>
#include <otaru/mbed/c_crypto.hpp>

namespace otaru::proof {

inline constexpr std::size_t kHeapSize = OTARU_BOARD_HEAP_SIZE;  // by Mbed TLS's configuration

}  // namespace otaru::proof

extern "C" {

extern otaru_device proof_device;
extern otaru_flash proof_flash;
extern otaru_action proof_action;
extern otaru_trust proof_trust;
extern unsigned char proof_heap[otaru::proof::kHeapSize];

/// Makes the heap and the device. @return that of otaru_init()
int proof_begin(otaru_slot running);

/// Where Mbed TLS goes if its heap was overwritten.
void otaru_heap_broken(int status);
}
