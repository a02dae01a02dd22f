#include <push/clock_contract.hpp>
#include <push/computer_clock.hpp>
#include <push/settable_clock_contract.hpp>

#include <otaru/net/clock.hpp>

namespace otaru::net {

struct Clock : push::ComputerClock {
  static std::uint32_t now_ms() { return net::now_ms(); }
};

/// The same clock in another year.
struct MovedClock : push::ComputerClock {
  std::uint32_t now_ms() const { return in_ms(std::chrono::steady_clock::now() + later_); }
  void set_ms(std::uint32_t ms) { later_ += std::chrono::milliseconds(ms - now_ms()); }

 private:
  std::chrono::milliseconds later_{0};
};

}  // namespace otaru::net

namespace otaru::push {
INSTANTIATE_TYPED_TEST_SUITE_P(OfTheNetwork, ClockContract, net::Clock);
INSTANTIATE_TYPED_TEST_SUITE_P(OfTheNetwork, SettableClockContract, net::MovedClock);
}  // namespace otaru::push
