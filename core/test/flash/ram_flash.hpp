// The simplest flash part: bytes in memory, for the tests of core.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <otaru/flash/flash.hpp>

namespace otaru::flash {

enum class Operation : std::uint8_t { read, program, erase_sector, erase_block };

/// A blank part of `size` bytes that keeps the rules of NOR flash and counts what is done to it.
///
/// Counters count the calls that changed or gave bytes; a refused or failed call is not counted.
class RamFlash {
 public:
  explicit RamFlash(std::uint32_t size) : memory(size, std::byte{0xFF}) {}

  std::vector<std::byte> memory;

  std::uint64_t reads = 0;
  std::uint64_t programs = 0;
  std::uint64_t sector_erases = 0;
  std::uint64_t block_erases = 0;

  /// Asked before each operation that keeps the rules, with its place and its length in bytes. Anything
  /// but `ok` is handed to the caller and the operation does not happen. Must not throw.
  std::function<Status(Operation, std::uint32_t at, std::size_t length)> before;

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(memory.size()); }

  Status read(std::uint32_t at, MutableBytes out) noexcept {
    if (const Status s = permit(check_read(size(), at, out.size()), Operation::read, at, out.size());
        s != Status::ok)
      return s;
    ++reads;
    std::copy_n(memory.begin() + at, out.size(), out.begin());
    return Status::ok;
  }

  Status program(std::uint32_t at, Bytes data) noexcept {
    if (const Status s = permit(check_program(size(), at, data.size()), Operation::program, at, data.size());
        s != Status::ok)
      return s;
    ++programs;
    for (std::size_t i = 0; i < data.size(); ++i) memory[at + i] &= data[i];
    return Status::ok;
  }

  Status erase_sector(std::uint32_t at) noexcept {
    return erase(Operation::erase_sector, at, kSectorSize, sector_erases);
  }

  Status erase_block(std::uint32_t at) noexcept {
    return erase(Operation::erase_block, at, kBlockSize, block_erases);
  }

 private:
  Status permit(Status rule, Operation operation, std::uint32_t at, std::size_t length) const noexcept {
    if (rule != Status::ok || !before) return rule;
    return before(operation, at, length);
  }

  Status erase(Operation operation, std::uint32_t at, std::uint32_t unit, std::uint64_t& count) noexcept {
    if (const Status s = permit(check_erase(size(), at, unit), operation, at, unit); s != Status::ok)
      return s;
    ++count;
    std::fill_n(memory.begin() + at, unit, std::byte{0xFF});
    return Status::ok;
  }
};

static_assert(Flash<RamFlash>);

}  // namespace otaru::flash
