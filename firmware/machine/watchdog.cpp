#include "watchdog.hpp"

#include <algorithm>

#include "machine.hpp"
#include "uart.hpp"

namespace otaru::firmware {
namespace {

constexpr std::uintptr_t kLoad = kWatchdog, kControl = kWatchdog + 0x8, kClear = kWatchdog + 0xC,
                         kLock = kWatchdog + 0xC00;
constexpr std::uint32_t kUnlock = 0x1ACC'E551;
constexpr std::uint32_t kInterrupts = 1, kResets = 2;
constexpr std::uint32_t kMost_ms = 214'000;

}  // namespace

void start_watchdog(std::uint32_t limit_ms) noexcept {
  device(kLock) = kUnlock;
  device(kLoad) = std::min(limit_ms, kMost_ms) * (kClock_hz / 1000);
  device(kControl) = kInterrupts | kResets;
  device(kLock) = 0;
}

void feed_watchdog() noexcept {
  device(kLock) = kUnlock;
  device(kClear) = 1;  // any write counts from the top again
  device(kLock) = 0;
}

void stop_watchdog() noexcept {
  device(kLock) = kUnlock;
  device(kControl) = 0;
  device(kLock) = 0;
}

}  // namespace otaru::firmware

[[noreturn]] void on_watchdog() {
  otaru::firmware::print_line("[watchdog] nobody fed it: reset");
  otaru::firmware::reset_machine();
}
