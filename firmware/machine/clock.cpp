#include "clock.hpp"

#include "machine.hpp"

namespace otaru::firmware {
namespace {

constexpr std::uintptr_t kControl = kSysTick, kReload = kSysTick + 4, kCount = kSysTick + 8;
constexpr std::uint32_t kCyclesInMillisecond = kClock_hz / 1000;
constexpr std::uint32_t kOn = 1, kInterrupts = 2, kProcessorClock = 4;
constexpr std::uint32_t kPending = 1u << 26;  // ICSR: PENDSTSET

constinit volatile std::uint32_t ticks = 0;

}  // namespace

void start_clock() noexcept {
  ticks = 0;
  device(kReload) = kCyclesInMillisecond - 1;
  device(kCount) = 0;  // any write starts it from the top
  device(kControl) = kOn | kInterrupts | kProcessorClock;
}

std::uint32_t milliseconds() noexcept {
  return ticks;
}

std::uint32_t cycles() noexcept {
  for (;;) {
    const std::uint32_t before = ticks;
    const std::uint32_t left = device(kCount);
    // A tick that waits for its interrupt (which may be off) has not been counted.
    const bool pending = (device(kSystemControl + 0x04) & kPending) != 0;
    if (ticks == before && !pending) return before * kCyclesInMillisecond + (kCyclesInMillisecond - 1 - left);
    if (pending) asm volatile("isb");
  }
}

void wait_for_event() noexcept {
  asm volatile("dsb\n\twfi" ::: "memory");
}

}  // namespace otaru::firmware

void on_systick() {
  otaru::firmware::ticks = otaru::firmware::ticks + 1;
}
