// Untested: written to the published interface (termios(4)) and not run by anyone yet.
#include <termios.h>

#include <otaru/os/line_speed.hpp>

namespace otaru::os {

std::optional<std::uint32_t> line_speed(int descriptor) noexcept {
  termios settings{};
  if (::tcgetattr(descriptor, &settings) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(::cfgetospeed(&settings));
}

}  // namespace otaru::os
