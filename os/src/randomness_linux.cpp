#include <cerrno>

#include <sys/random.h>

#include <otaru/os/randomness.hpp>

namespace otaru::os {

bool fill_random(MutableBytes to) noexcept {
  while (!to.empty()) {
    const ssize_t got = ::getrandom(to.data(), to.size(), 0);
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) to = to.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace otaru::os
