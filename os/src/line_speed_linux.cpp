#include <asm/termbits.h>
#include <sys/ioctl.h>

#include <otaru/os/line_speed.hpp>

namespace otaru::os {

std::optional<std::uint32_t> line_speed(int descriptor) noexcept {
  termios2 settings{};
  if (::ioctl(descriptor, TCGETS2, &settings) != 0) return std::nullopt;
  return settings.c_ospeed;
}

}  // namespace otaru::os
