// Time: SysTick interrupts each millisecond. Cycles are counted by a timer of its own that never interrupts:
// a reading put together from SysTick and its ticks is a millisecond wrong around each of them.
#pragma once

#include <cstdint>

namespace otaru::firmware {

/// Starts at 0 ms. Once.
void start_clock() noexcept;

/// Since start_clock(); wraps at 2^32. Never jumps, never goes back.
std::uint32_t milliseconds() noexcept;

/// Cycles of kClock_hz since start_clock(); wraps at 2^32 (after 214 s). With `qemu -icount shift=0` an
/// instruction takes 1 ns, so a cycle is 50 instructions, or 50 ns without any.
std::uint32_t cycles() noexcept;

/// Sleeps until an interrupt: at most a millisecond.
void wait_for_event() noexcept;

}  // namespace otaru::firmware

extern "C" void on_systick();
