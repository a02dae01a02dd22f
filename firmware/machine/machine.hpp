// QEMU's mps2-an505: a Cortex-M33 with the peripherals of Arm's Application Note AN505, as QEMU 7.2 models it
// (hw/arm/mps2-tz.c, hw/arm/armsse.c). The processor starts in the secure state and stays there, so all
// addresses here are the secure ones.
#pragma once

#include <cstdint>

namespace otaru::firmware {

inline constexpr std::uint32_t kClock_hz = 20'000'000;  ///< of the processor, SysTick, timers and watchdog

inline constexpr std::uintptr_t kTimer = 0x5000'0000;  ///< the first of the CMSDK APB timers
inline constexpr std::uintptr_t kUart = 0x5020'0000;
inline constexpr std::uintptr_t kWatchdog = 0x5008'1000;
inline constexpr std::uintptr_t kEthernet = 0x5200'0000;
inline constexpr std::uintptr_t kSystemControl = 0xE000'ED00;
inline constexpr std::uintptr_t kSysTick = 0xE000'E010;

/// The memory that stands for flash: the start of the machine's PSRAM, which scripts keep in a file.
inline constexpr std::uintptr_t kFlashMemory = 0x8000'0000;
inline constexpr std::uint32_t kFlashSize = 0x20'0000;  ///< bytes: ameba-d-2mb
/// What the flash model and a test share, behind the flash in the same file.
inline constexpr std::uintptr_t kPowerSwitch = 0x8040'0000;
/// Where the boot loader leaves the slot that it mapped. On an AmebaD the flash MMU's registers tell that.
inline constexpr std::uintptr_t kMappedSlot = 0x3000'7FF0;

/// A register of a peripheral.
inline volatile std::uint32_t& device(std::uintptr_t address) noexcept {
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}

/// Resets the whole machine: PSRAM keeps its content, all else starts anew.
[[noreturn]] inline void reset_machine() noexcept {
  asm volatile("dsb" ::: "memory");
  device(kSystemControl + 0x0C) = 0x05FA'0004;  // AIRCR: SYSRESETREQ
  for (;;) asm volatile("dsb");
}

}  // namespace otaru::firmware
