// The seam to a NOR flash part.
#pragma once

#include <concepts>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/status.hpp>

namespace otaru::flash {

inline constexpr std::uint32_t kPageSize = 256;         ///< bytes; a program never crosses a page boundary
inline constexpr std::uint32_t kSectorSize = 4 * 1024;  ///< bytes; erase command 0x20
inline constexpr std::uint32_t kBlockSize = 64 * 1024;  ///< bytes; erase command 0xD8

/// A NOR flash part (JEDEC serial flash: 256-byte pages, 4 KiB sectors, 64 KiB blocks). Addresses are
/// offsets from the start of the part, in bytes. Every call blocks until the part is done.
///
/// - `size()`: bytes in the part.
/// - `read(at, out)`: fills `out`. Any address and length inside the part.
/// - `program(at, data)`: turns 1 bits to 0, 1 to 256 bytes within one page. A bit that is 0 stays 0,
///   without an error: who needs certainty reads back. Typically 0.7 ms for a page.
/// - `erase_sector(at)`, `erase_block(at)`: sets the aligned 4 KiB or 64 KiB at `at` to 0xFF. Typically
///   40 ms and 150 ms.
///
/// Errors: `out_of_range` and `misaligned` change nothing; `flash_failed` leaves the touched range
/// undefined. Power cut: the touched page, sector or block is undefined, all else is unchanged.
/// The contract is checked by core/test/flash/flash_contract.hpp, which every implementation passes.
template <class F>
concept Flash = requires(F& flash, const F& reader, std::uint32_t at, MutableBytes out, Bytes data) {
  { reader.size() }
  noexcept->std::same_as<std::uint32_t>;
  { flash.read(at, out) }
  noexcept->std::same_as<Status>;
  { flash.program(at, data) }
  noexcept->std::same_as<Status>;
  { flash.erase_sector(at) }
  noexcept->std::same_as<Status>;
  { flash.erase_block(at) }
  noexcept->std::same_as<Status>;
};

/// What every implementation checks before it touches the part; one place for the rules.
constexpr Status check_read(std::uint32_t size, std::uint32_t at, std::size_t length) noexcept {
  return at <= size && length <= size - at ? Status::ok : Status::out_of_range;
}

/// 1 to 256 bytes, inside the part and within one page.
constexpr Status check_program(std::uint32_t size, std::uint32_t at, std::size_t length) noexcept {
  if (length == 0 || check_read(size, at, length) != Status::ok) return Status::out_of_range;
  return length <= kPageSize - at % kPageSize ? Status::ok : Status::misaligned;
}

/// `unit` is kSectorSize or kBlockSize.
constexpr Status check_erase(std::uint32_t size, std::uint32_t at, std::uint32_t unit) noexcept {
  if (check_read(size, at, unit) != Status::ok) return Status::out_of_range;
  return at % unit == 0 ? Status::ok : Status::misaligned;
}

}  // namespace otaru::flash
