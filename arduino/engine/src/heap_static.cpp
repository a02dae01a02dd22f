// On a board Mbed TLS's heap is static memory, so that it is counted at the link.
#include <mbedtls/memory_buffer_alloc.h>
#include <mbedtls/platform.h>

#include "gates.hpp"
#include "heap.hpp"

namespace otaru::engine {
namespace {

/// What a verification takes (mbed/budget.json measures it), and a connection with a verification while it is
/// open (mbed/budget_password.json).
constexpr std::size_t kVerifierHeap = 3328;
constexpr std::size_t kChannelHeap =
    OTARU_BOARD_HEAP_SIZE + (kGates - 1) * (OTARU_BOARD_HEAP_SIZE - kVerifierHeap);

alignas(8) unsigned char verifier_heap[kVerifierHeap];
alignas(8) unsigned char channel_heap[kChannelHeap];
const otaru_port* resets = nullptr;
bool large = false;

}  // namespace

void make_verifier_heap(const otaru_port& port) noexcept {
  resets = &port;
  if (!large) mbedtls_memory_buffer_alloc_init(verifier_heap, sizeof verifier_heap);
}

void make_channel_heap(const otaru_port& port) noexcept {
  resets = &port;
  if (!large) mbedtls_memory_buffer_alloc_init(channel_heap, sizeof channel_heap);
  large = true;
}

}  // namespace otaru::engine

/// Nothing that is left can be trusted.
extern "C" void otaru_heap_broken(int) {
  const otaru_port* port = otaru::engine::resets;
  if (port != nullptr) port->reset(port->context);
  for (;;) {
  }
}
