// The watchdog: CMSDK APB watchdog of the machine. When its time is over it interrupts (NMI: on_watchdog()
// says so and resets the machine); if even that does not happen for as long again, it resets the machine
// itself.
#pragma once

#include <cstdint>

namespace otaru::firmware {

/// Starts it, or starts it again with another time.
/// @param limit_ms  that may pass without feed_watchdog(); at most 214,000: longer ones become that
void start_watchdog(std::uint32_t limit_ms) noexcept;
void feed_watchdog() noexcept;
void stop_watchdog() noexcept;

}  // namespace otaru::firmware

extern "C" [[noreturn]] void on_watchdog();
