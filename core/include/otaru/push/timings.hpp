// How long the receiver waits, in each state. A sender that is too slow costs its connection, nothing else.
#pragma once

#include <cstdint>

namespace otaru::push {

struct Timings {
  std::uint32_t headers_ms = 10'000;  ///< for the announcement, the file header and the image's start, each
  std::uint32_t image_idle_ms = 20'000;    ///< without a byte of the image
  std::uint32_t image_total_ms = 300'000;  ///< for the whole image
  std::uint32_t stalled_ms = 3'000;        ///< without a byte, after which another sender may take over
  std::uint32_t check_ms = 10'000;         ///< for reading back and committing, if the port does not call
  std::uint32_t linger_ms = 2'000;         ///< for the sender to read the verdict and close
};

}  // namespace otaru::push
