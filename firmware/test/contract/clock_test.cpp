// The machine's clock (SysTick, counted by interrupts) against two of its other timers.
#include "clock.hpp"

#include <cstdint>
#include <functional>

#include <push/clock_contract.hpp>
#include <push/settable_clock_contract.hpp>

#include "machine.hpp"

namespace {

using otaru::firmware::device;

// CMSDK APB timers (Arm DDI 0479): both count the processor's clock down and start anew from their reload
// value.
constexpr std::uintptr_t kReference = 0x5000'0000, kInterrupter = 0x5000'1000;
constexpr std::uintptr_t kControl = 0x0, kValue = 0x4, kReload = 0x8, kInterrupt = 0xC;  // of each
constexpr std::uint32_t kOn = 1, kInterrupts = 8;
constexpr std::uintptr_t kEnableInterrupts = 0xE000'E100, kDisableInterrupts = 0xE000'E180;  // NVIC
constexpr std::uintptr_t kSysTickPriority = 0xE000'ED20;  // SHPR3, top byte
constexpr std::uint32_t kHighest = 0, kLowest = 0xE000'0000;
constexpr std::uint32_t kInterrupterBit = 1u << 4;  // interrupt 4 of the machine

const std::function<void()>* at_interrupt = nullptr;

std::uint32_t reference_cycles() {
  return 0xFFFF'FFFF - device(kReference + kValue);
}

}  // namespace

extern "C" void on_timer() {
  device(kInterrupter + kInterrupt) = 1;
  (*at_interrupt)();
}

namespace otaru::firmware {

class MachineClock {
 public:
  MachineClock() {
    device(kReference + kReload) = 0xFFFF'FFFF;
    device(kReference + kValue) = 0xFFFF'FFFF;
    device(kReference + kControl) = kOn;
    last_ = reference_cycles();
    start_clock();
  }

  static std::uint32_t now_ms() { return milliseconds(); }
  static void set_ms(std::uint32_t ms) { start_clock(ms); }
  static void rest() { wait_for_event(); }

  /// The timer goes round after 214 s; it is asked more often.
  std::uint64_t reference_us() {
    const std::uint32_t now = reference_cycles();
    cycles_ += now - last_;
    last_ = now;
    return cycles_ / (kClock_hz / 1'000'000);
  }

  /// By an interrupt that interrupts the clock's own too.
  static void beside(const std::function<void()>& work, const std::function<void()>& body) {
    interrupt(work, body, kLowest);
  }

 protected:
  /// At times that drift through the clock's milliseconds.
  static void interrupt(const std::function<void()>& work, const std::function<void()>& body,
                        std::uint32_t clock_priority) {
    constexpr std::uint32_t kPeriod = 1'987;  // cycles, a prime
    at_interrupt = &work;
    device(kSysTickPriority) = clock_priority;
    device(kInterrupter + kReload) = kPeriod;
    device(kInterrupter + kValue) = kPeriod;
    device(kEnableInterrupts) = kInterrupterBit;
    device(kInterrupter + kControl) = kOn | kInterrupts;
    body();
    device(kInterrupter + kControl) = 0;
    device(kDisableInterrupts) = kInterrupterBit;
    asm volatile("dsb\n\tisb" ::: "memory");
  }

 private:
  std::uint64_t cycles_ = 0;
  std::uint32_t last_ = 0;
};

/// The same clock by its cycles, as long as they have not wrapped; they may not be read where the clock's own
/// interrupt may be in the middle of its work.
struct CycleClock : MachineClock {
  static std::uint32_t now_ms() { return cycles() / (kClock_hz / 1'000); }
  static void beside(const std::function<void()>& work, const std::function<void()>& body) {
    interrupt(work, body, kHighest);
  }
};

namespace {

class InterruptsOff {
 public:
  InterruptsOff() { asm volatile("cpsid i" ::: "memory"); }
  ~InterruptsOff() { asm volatile("cpsie i\n\tisb" ::: "memory"); }
  InterruptsOff(const InterruptsOff&) = delete;
  InterruptsOff& operator=(const InterruptsOff&) = delete;
};

void pass_us(MachineClock& clock, std::uint64_t length_us) {
  const std::uint64_t start_us = clock.reference_us();
  while (clock.reference_us() - start_us < length_us) continue;
}

// A driver may switch interrupts off for a moment: a tick that came meanwhile is counted afterwards.
TEST(MachineClock, LosesNothingWhileInterruptsAreOffForLessThanAMillisecond) {
  MachineClock clock;
  const std::uint64_t start_us = clock.reference_us();
  const std::uint32_t start_ms = milliseconds();
  for (int i = 0; i < 50; ++i) {
    {
      const InterruptsOff off;
      pass_us(clock, 950);
    }
    pass_us(clock, 13);
  }
  const std::uint64_t passed_us = clock.reference_us() - start_us;
  EXPECT_NEAR(milliseconds() - start_ms, static_cast<double>(passed_us) / 1'000, 1.1);
}

// One tick can wait for interrupts to be on again, and is in the cycles all the same.
TEST(MachineClock, CountsCyclesOnWhileInterruptsAreOff) {
  MachineClock clock;
  const std::uint32_t before = cycles();
  const std::uint64_t start_us = clock.reference_us();
  const InterruptsOff off;
  std::uint32_t last = before;
  int looks = 0;
  while (clock.reference_us() - start_us < 900) {
    const std::uint32_t now = cycles();
    ASSERT_GE(static_cast<std::int32_t>(now - last), 0);
    last = now;
    ++looks;
  }
  EXPECT_GT(looks, 10);
  EXPECT_NEAR(last - before, 900 * 20.0, 20 * 20.0);
}

}  // namespace
}  // namespace otaru::firmware

namespace otaru::push {
INSTANTIATE_TYPED_TEST_SUITE_P(OfTheMachine, ClockContract, firmware::MachineClock);
INSTANTIATE_TYPED_TEST_SUITE_P(OfTheMachinesCycles, ClockContract, firmware::CycleClock);
INSTANTIATE_TYPED_TEST_SUITE_P(OfTheMachine, SettableClockContract, firmware::MachineClock);
}  // namespace otaru::push
