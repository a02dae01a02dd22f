#include "clock.hpp"

#include "machine.hpp"

namespace otaru::firmware {
namespace {

constexpr std::uintptr_t kControl = kSysTick, kReload = kSysTick + 4, kCount = kSysTick + 8;
constexpr std::uint32_t kCyclesInMillisecond = kClock_hz / 1000;
constexpr std::uint32_t kOn = 1, kInterrupts = 2, kProcessorClock = 4;
// The CMSDK APB timer counts cycles (Arm DDI 0479, 4.2).
constexpr std::uintptr_t kTimerControl = kTimer, kTimerCount = kTimer + 4, kTimerReload = kTimer + 8;
constexpr std::uint32_t kTop = 0xFFFF'FFFF;

constinit volatile std::uint32_t ticks = 0;

}  // namespace

void start_clock() noexcept {
  device(kTimerReload) = kTop;
  device(kTimerCount) = kTop;
  device(kTimerControl) = kOn;
  ticks = 0;
  device(kReload) = kCyclesInMillisecond - 1;
  device(kCount) = 0;  // any write starts it from the top
  device(kControl) = kOn | kInterrupts | kProcessorClock;
}

std::uint32_t milliseconds() noexcept {
  return ticks;
}

std::uint32_t cycles() noexcept {
  return kTop - device(kTimerCount);
}

void wait_for_event() noexcept {
  asm volatile("dsb\n\twfi" ::: "memory");
}

}  // namespace otaru::firmware

void on_systick() {
  otaru::firmware::ticks = otaru::firmware::ticks + 1;
}
