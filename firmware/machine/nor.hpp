// Flash modelled in memory: NOR flash's rules over the start of the machine's PSRAM, which the emulator keeps
// in a file. So a reset keeps it, and to kill the emulator is to cut the power: whatever an operation had
// changed by then is in the file, and nothing else.
//
// Not modelled: how long a part takes, and the cells of a torn erase as real ones are, which read differently
// from time to time. The virtual board's model does that (board/nor_model.hpp).
#pragma once

#include <cstddef>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/flash/flash.hpp>

namespace otaru::firmware {

/// Shared with a test through the file (firmware/tools/emulated_board.py). All zero: nobody asks for
/// anything.
struct PowerSwitch {
  std::uint32_t operations;  ///< programs and erases since the file was made; counted when one begins
  std::uint32_t cut_at;      ///< the operation in which the power is to be cut; 0: none
  std::uint32_t cut_after;   ///< bytes that it still changes; more than it has: the cut falls behind it
  std::uint32_t cut_bits;    ///< of the next byte: those that still change
  std::uint32_t reached;     ///< 1: the machine stands still there, and waits to be killed
};

/// The Flash concept (otaru/flash/flash.hpp) over the part's memory. All objects are the same part.
class Nor {
 public:
  std::uint32_t size() const noexcept;
  Status read(std::uint32_t at, MutableBytes out) noexcept;
  Status program(std::uint32_t at, Bytes data) noexcept;
  Status erase_sector(std::uint32_t at) noexcept;
  Status erase_block(std::uint32_t at) noexcept;

  /// Programs and erases that were ever begun.
  std::uint32_t operations() const noexcept;

 private:
  Status erase(std::uint32_t at, std::uint32_t length) noexcept;
};

static_assert(flash::Flash<Nor>);

}  // namespace otaru::firmware
