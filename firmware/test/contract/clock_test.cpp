// The machine's clock against another of its timers, interrupted by a third.
#include "clock.hpp"

#include <cstdint>
#include <functional>

#include <push/clock_contract.hpp>
#include <push/settable_clock_contract.hpp>

#include "machine.hpp"

namespace {

using otaru::firmware::device;

// CMSDK dual timer (Arm DDI 0479, 4.4), its first half: the processor's clock, down from 2^32 - 1, without
// interrupts.
constexpr std::uintptr_t kReference = 0x5000'2000, kReferenceValue = kReference + 0x4,
                         kReferenceControl = kReference + 0x8;
constexpr std::uint32_t kFree32 = 0x82;
// The second CMSDK APB timer (4.3), from its reload value down, again and again.
constexpr std::uintptr_t kControl = 0x5000'1000, kValue = 0x5000'1004, kReload = 0x5000'1008,
                         kInterrupt = 0x5000'100C;
constexpr std::uint32_t kOn = 1, kInterrupts = 8;
constexpr std::uintptr_t kEnableInterrupts = 0xE000'E100, kDisableInterrupts = 0xE000'E180;  // NVIC
constexpr std::uintptr_t kSysTickPriority = 0xE000'ED20;  // SHPR3, top byte
constexpr std::uint32_t kLowest = 0xE000'0000;
constexpr std::uint32_t kInterrupterBit = 1u << 4;  // interrupt 4 of the machine

const std::function<void()>* at_interrupt = nullptr;

std::uint32_t reference_cycles() {
  return 0xFFFF'FFFF - device(kReferenceValue);
}

}  // namespace

extern "C" void on_timer() {
  device(kInterrupt) = 1;
  (*at_interrupt)();
}

namespace otaru::firmware {

class MachineClock {
 public:
  MachineClock() {
    device(kReferenceControl) = kFree32;
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

  /// By an interrupt that interrupts the clock's own too, at times that drift through its milliseconds.
  static void beside(const std::function<void()>& work, const std::function<void()>& body) {
    constexpr std::uint32_t kPeriod = 1'987;  // cycles, a prime
    at_interrupt = &work;
    device(kSysTickPriority) = kLowest;
    device(kReload) = kPeriod;
    device(kValue) = kPeriod;
    device(kEnableInterrupts) = kInterrupterBit;
    device(kControl) = kOn | kInterrupts;
    body();
    device(kControl) = 0;
    device(kDisableInterrupts) = kInterrupterBit;
    asm volatile("dsb\n\tisb" ::: "memory");
  }

 private:
  std::uint64_t cycles_ = 0;
  std::uint32_t last_ = 0;
};

/// The same clock by its cycles, as long as they have not wrapped.
struct CycleClock : MachineClock {
  static std::uint32_t now_ms() { return cycles() / (kClock_hz / 1'000); }
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

// A clock that counts interrupts would lose these milliseconds.
TEST(MachineClock, GoesOnWhileInterruptsAreOff) {
  MachineClock clock;
  const std::uint64_t start_us = clock.reference_us();
  const std::uint32_t start_ms = milliseconds();
  const std::uint32_t start_cycles = cycles();
  for (int i = 0; i < 5; ++i) {
    {
      const InterruptsOff off;
      pass_us(clock, 10'500);
    }
    pass_us(clock, 13);
  }
  const auto passed_us = static_cast<double>(clock.reference_us() - start_us);
  EXPECT_GT(passed_us, 52'000);
  EXPECT_GE(milliseconds() - start_ms, passed_us / 1'000 - 1.1);
  EXPECT_GE((cycles() - start_cycles) / 20, passed_us - 100);
}

TEST(MachineClock, LeavesInterruptsOffIfTheyWere) {
  MachineClock clock;
  std::uint32_t after = 0;
  {
    const InterruptsOff off;
    static_cast<void>(milliseconds());
    asm volatile("mrs %0, primask" : "=r"(after));
  }
  EXPECT_EQ(after, 1u);
  static_cast<void>(milliseconds());
  asm volatile("mrs %0, primask" : "=r"(after));
  EXPECT_EQ(after, 0u);
}

// The processor sleeps until then, so if it does not come, this does not end.
TEST(MachineClock, WakesTheProcessorEachMillisecond) {
  MachineClock clock;
  const std::uint32_t start_ms = milliseconds();
  for (int i = 0; i < 20; ++i) MachineClock::rest();
  EXPECT_GE(milliseconds() - start_ms, 19u);
}

}  // namespace
}  // namespace otaru::firmware

namespace otaru::push {
INSTANTIATE_TYPED_TEST_SUITE_P(OfTheMachine, ClockContract, firmware::MachineClock);
INSTANTIATE_TYPED_TEST_SUITE_P(OfTheMachinesCycles, ClockContract, firmware::CycleClock);
INSTANTIATE_TYPED_TEST_SUITE_P(OfTheMachine, SettableClockContract, firmware::MachineClock);
}  // namespace otaru::push
