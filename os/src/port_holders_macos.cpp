// macOS: not asked for. Untested.
#include <otaru/os/port_holders.hpp>

namespace otaru::os {

std::optional<std::vector<std::string>> port_holders(const std::string&) {
  return std::nullopt;
}

}  // namespace otaru::os
