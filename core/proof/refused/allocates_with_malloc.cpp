// Must be refused: a bare board has no heap.
#include <cstdlib>

void* take_memory() {
  return std::malloc(16);
}
