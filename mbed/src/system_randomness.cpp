#include <otaru/mbed/randomness.hpp>
#include <otaru/os/randomness.hpp>

namespace otaru::mbed {

Randomness system_randomness() noexcept {
  return {.fill = [](void*, MutableBytes to) noexcept { return os::fill_random(to); }, .context = nullptr};
}

}  // namespace otaru::mbed
