// The whole closed list of core's outcomes.
#pragma once

#include <vector>

#include <otaru/status.hpp>

namespace otaru {

inline std::vector<Status> every_status() {
  std::vector<Status> all;
  for (unsigned value = 0; value <= static_cast<unsigned>(kLastStatus); ++value)
    all.push_back(static_cast<Status>(value));
  return all;
}

}  // namespace otaru
