#include "semihosting.hpp"

#include <array>
#include <cstddef>
#include <cstring>

namespace otaru::firmware {
namespace {

// Arm, Semihosting for AArch32 and AArch64, section 5.
constexpr std::uint32_t kOpen = 0x01, kClose = 0x02, kWrite = 0x05, kRead = 0x06, kExitExtended = 0x20;
constexpr std::uint32_t kReadBinary = 1, kWriteBinary = 5;
constexpr std::uint32_t kApplicationExit = 0x20026;

int ask(std::uint32_t operation, const void* argument) noexcept {
  register std::uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return static_cast<int>(r0);
}

std::uint32_t address(const void* at) noexcept {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(at));
}

int open(const char* name, std::uint32_t mode) noexcept {
  const std::array<std::uint32_t, 3> where{address(name), mode,
                                           static_cast<std::uint32_t>(std::strlen(name))};
  return ask(kOpen, where.data());
}

/// Reads or writes all of it, and closes. @return false if something was left
bool transfer(std::uint32_t operation, int file, const void* at, std::size_t length) noexcept {
  if (file < 0) return false;
  const std::array<std::uint32_t, 3> what{static_cast<std::uint32_t>(file), address(at),
                                          static_cast<std::uint32_t>(length)};
  const bool all = ask(operation, what.data()) == 0;
  const std::array<std::uint32_t, 1> which{static_cast<std::uint32_t>(file)};
  return ask(kClose, which.data()) == 0 && all;
}

}  // namespace

bool computer_randomness(std::span<std::byte> out) noexcept {
  return transfer(kRead, open("/dev/urandom", kReadBinary), out.data(), out.size());
}

bool write_file(const char* name, std::span<const std::byte> content) noexcept {
  return transfer(kWrite, open(name, kWriteBinary), content.data(), content.size());
}

[[noreturn]] void end_emulation(bool good) noexcept {
  const std::array<std::uint32_t, 2> reason{kApplicationExit, good ? 0u : 1u};
  for (;;) ask(kExitExtended, reason.data());
}

}  // namespace otaru::firmware
