// Untested: written to arc4random(3) of macOS.
#include <cstdlib>

#include <otaru/os/randomness.hpp>

namespace otaru::os {

bool fill_random(MutableBytes to) noexcept {
  ::arc4random_buf(to.data(), to.size());
  return true;
}

}  // namespace otaru::os
