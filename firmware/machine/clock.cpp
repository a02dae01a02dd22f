#include "clock.hpp"

#include "machine.hpp"

namespace otaru::firmware {
namespace {

constexpr std::uintptr_t kControl = 0x0, kValue = 0x4, kReload = 0x8;  // of kTimer
constexpr std::uint32_t kTimerOn = 1;
constexpr std::uintptr_t kTickControl = kSysTick, kTickReload = kSysTick + 4, kTickCount = kSysTick + 8;
constexpr std::uint32_t kOn = 1, kInterrupts = 2, kProcessorClock = 4;
constexpr std::uint32_t kCyclesInMillisecond = kClock_hz / 1000;

// What the timer had counted when it was last looked at.
constinit std::uint32_t seen_cycles = 0;
constinit std::uint32_t seen_ms = 0;
constinit std::uint32_t rest_cycles = 0;  // of the millisecond that is not full

/// Interrupts are off as long as it lives, if they were on.
class Alone {
 public:
  Alone() noexcept { asm volatile("mrs %0, primask\n\tcpsid i" : "=r"(before_)::"memory"); }
  ~Alone() { asm volatile("msr primask, %0" ::"r"(before_) : "memory"); }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;

 private:
  std::uint32_t before_;
};

}  // namespace

void start_clock(std::uint32_t now_ms) noexcept {
  const Alone alone;
  device(kTimer + kReload) = 0xFFFF'FFFF;
  device(kTimer + kValue) = 0xFFFF'FFFF;
  device(kTimer + kControl) = kTimerOn;
  seen_ms = now_ms;
  rest_cycles = 0;
  seen_cycles = cycles();
  device(kTickReload) = kCyclesInMillisecond - 1;
  device(kTickCount) = 0;  // any write starts it from the top
  device(kTickControl) = kOn | kInterrupts | kProcessorClock;
}

std::uint32_t milliseconds() noexcept {
  const Alone alone;
  const std::uint32_t now = cycles();
  const std::uint32_t passed = now - seen_cycles;
  seen_cycles = now;
  seen_ms += passed / kCyclesInMillisecond;
  rest_cycles += passed % kCyclesInMillisecond;
  if (rest_cycles >= kCyclesInMillisecond) {
    rest_cycles -= kCyclesInMillisecond;
    ++seen_ms;
  }
  return seen_ms;
}

std::uint32_t cycles() noexcept {
  return 0xFFFF'FFFF - device(kTimer + kValue);  // it counts down
}

void wait_for_event() noexcept {
  asm volatile("dsb\n\twfi" ::: "memory");
}

}  // namespace otaru::firmware

// Wakes the processor, and looks at the timer before that has gone round.
void on_systick() {
  static_cast<void>(otaru::firmware::milliseconds());
}
