#include <algorithm>
#include <limits>

#include <windows.h>
// After windows.h
#include <bcrypt.h>

#include <otaru/os/randomness.hpp>

namespace otaru::os {

bool fill_random(MutableBytes to) noexcept {
  while (!to.empty()) {
    const std::size_t count = std::min(to.size(), std::size_t{std::numeric_limits<ULONG>::max()});
    auto* const place = static_cast<PUCHAR>(static_cast<void*>(to.data()));
    const NTSTATUS status =
        ::BCryptGenRandom(nullptr, place, static_cast<ULONG>(count), BCRYPT_USE_SYSTEM_PREFERRED_RNG);
    if (status < 0) return false;
    to = to.subspan(count);
  }
  return true;
}

}  // namespace otaru::os
