#include <cerrno>

#include <sys/random.h>

#include <otaru/mbed/randomness.hpp>

namespace otaru::mbed {

Randomness system_randomness() noexcept {
  return {.fill =
              [](void*, MutableBytes to) noexcept {
                while (!to.empty()) {
                  const ssize_t got = ::getrandom(to.data(), to.size(), 0);
                  if (got < 0 && errno != EINTR) return false;
                  if (got > 0) to = to.subspan(static_cast<std::size_t>(got));
                }
                return true;
              },
          .context = nullptr};
}

}  // namespace otaru::mbed
