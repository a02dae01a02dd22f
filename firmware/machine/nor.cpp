#include "nor.hpp"

#include <algorithm>

#include "machine.hpp"

namespace otaru::firmware {
namespace {

volatile std::byte* memory(std::uint32_t at) noexcept {
  return reinterpret_cast<volatile std::byte*>(kFlashMemory + at);
}

volatile PowerSwitch& power_switch() noexcept {
  return *reinterpret_cast<volatile PowerSwitch*>(kPowerSwitch);
}

/// One program or erase, byte by byte, so that a cut may fall between any two of them.
class Operation {
 public:
  Operation() noexcept {
    const std::uint32_t number = power_switch().operations + 1;
    power_switch().operations = number;
    if (number == power_switch().cut_at) left_ = power_switch().cut_after;
  }

  ~Operation() {
    if (left_ != kUnlimited) stand_still();  // the cut falls behind its last byte
  }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  /// A cell becomes `value`, if there is power left for it.
  void change(volatile std::byte& cell, std::byte value) noexcept {
    if (left_ == 0) {
      const auto bits = static_cast<std::byte>(power_switch().cut_bits);
      cell = (cell & ~bits) | (value & bits);
      stand_still();
    }
    cell = value;
    if (left_ != kUnlimited) --left_;
  }

 private:
  static constexpr std::uint32_t kUnlimited = 0xFFFF'FFFF;

  [[noreturn]] static void stand_still() noexcept {
    asm volatile("cpsid i");
    power_switch().reached = 1;
    for (;;) asm volatile("wfi");
  }

  std::uint32_t left_ = kUnlimited;
};

}  // namespace

std::uint32_t Nor::operations() const noexcept {
  return power_switch().operations;
}

std::uint32_t Nor::size() const noexcept {
  return kFlashSize;
}

Status Nor::read(std::uint32_t at, MutableBytes out) noexcept {
  const Status rule = flash::check_read(size(), at, out.size());
  if (rule == Status::ok) std::copy_n(const_cast<const std::byte*>(memory(at)), out.size(), out.data());
  return rule;
}

Status Nor::program(std::uint32_t at, Bytes data) noexcept {
  const Status rule = flash::check_program(size(), at, data.size());
  if (rule != Status::ok) return rule;
  Operation operation;
  for (std::size_t i = 0; i < data.size(); ++i) {
    volatile std::byte& cell = memory(at)[i];
    operation.change(cell, cell & data[i]);
  }
  return Status::ok;
}

Status Nor::erase(std::uint32_t at, std::uint32_t length) noexcept {
  const Status rule = flash::check_erase(size(), at, length);
  if (rule != Status::ok) return rule;
  Operation operation;
  for (std::uint32_t i = 0; i < length; ++i) operation.change(memory(at)[i], std::byte{0xFF});
  return Status::ok;
}

Status Nor::erase_sector(std::uint32_t at) noexcept {
  return erase(at, flash::kSectorSize);
}

Status Nor::erase_block(std::uint32_t at) noexcept {
  return erase(at, flash::kBlockSize);
}

}  // namespace otaru::firmware
