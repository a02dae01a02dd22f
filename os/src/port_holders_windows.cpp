// Windows has no call for it that needs no special rights.
#include <otaru/os/port_holders.hpp>

namespace otaru::os {

std::optional<std::vector<std::string>> port_holders(const std::string&) {
  return std::nullopt;
}

}  // namespace otaru::os
