// Time: a timer counts the processor's clock, freely. SysTick interrupts each millisecond, to wake the
// processor. Time is not made of these interrupts: one that comes too late, because interrupts are off or
// because the emulator had other things to do, would be time lost.
#pragma once

#include <cstdint>

namespace otaru::firmware {

/// Starts, or starts again, at `now_ms`: tests begin before a wrap.
void start_clock(std::uint32_t now_ms = 0) noexcept;

/// Since start_clock(); wraps at 2^32. Never jumps, never goes back. From anywhere, interrupts too.
/// Interrupts may be off for less than 214 s.
std::uint32_t milliseconds() noexcept;

/// Cycles of kClock_hz since start_clock(); wraps at 2^32 (after 214 s). From anywhere. With `qemu -icount
/// shift=0` an instruction takes 1 ns, so a cycle is 50 instructions, or 50 ns without any.
std::uint32_t cycles() noexcept;

/// Sleeps until an interrupt: at most a millisecond.
void wait_for_event() noexcept;

}  // namespace otaru::firmware

extern "C" void on_systick();
