#include <push/clock_contract.hpp>
#include <push/computer_clock.hpp>

#include "Arduino.h"

namespace otaru::sketch {

struct Millis : push::ComputerClock {
  static std::uint32_t now_ms() { return static_cast<std::uint32_t>(millis()); }
};

}  // namespace otaru::sketch

namespace otaru::push {
INSTANTIATE_TYPED_TEST_SUITE_P(OfASketch, ClockContract, sketch::Millis);
}
