// Lines for measurements: `[figures] <what> <name>=<number> ...`, read by firmware/tools/measure.py.
#pragma once

#include <string_view>

namespace otaru::firmware {

/// Cycles of each account since clear_accounts().
void tell_accounts(std::string_view until) noexcept;

/// Bytes: the stack at its deepest, lwIP's memory at its peaks, and what was refused or lost.
void tell_memory() noexcept;

/// Cycles of work whose length is known, to judge clock and accounts by. Clears the accounts.
void tell_yardstick() noexcept;

}  // namespace otaru::firmware
