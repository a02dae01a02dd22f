// What the machine can ask of the computer that emulates it (Arm's Semihosting for AArch32 and AArch64).
// Only where `qemu -semihosting-config enable=on` allows it: without, each of these is a fault.
#pragma once

#include <cstdint>
#include <span>

namespace otaru::firmware {

/// Fills `out` from the computer's generator: the machine has none of its own. @return false if it cannot
bool computer_randomness(std::span<std::byte> out) noexcept;

/// Writes a file in the folder in which the emulator was started. @return false if it cannot
bool write_file(const char* name, std::span<const std::byte> content) noexcept;

/// Ends the emulator, with exit code 0 or 1.
[[noreturn]] void end_emulation(bool good) noexcept;

}  // namespace otaru::firmware
