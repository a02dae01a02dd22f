// How long things take on the real board: a model for virtual time, never a measurement.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace otaru::board {

/// Durations of the board's operations. A value: change a member to model another part.
///
/// "The log" is a serial log of the stock update of a 737,280-byte image, 12.3 s in all; "driver" is a
/// comment in the public driver code of the AmebaD SDK.
struct Timing {
  using Duration = std::chrono::nanoseconds;

  Duration erase_sector{38'500'000};     ///< 4 KiB. The log: 180 sectors in 6.93 s.
  Duration erase_block{150'000'000};     ///< 64 KiB. Typical for this class of flash.
  Duration program_short{47'500};        ///< 1 to kShortProgram bytes in one command. Driver.
  Duration program_page{700'000};        ///< 256 bytes in one command. Driver.
  Duration read_mapped_byte{50};         ///< Memory-mapped, hashed on the way: 80 MHz quad I/O, CPU bound.
  Duration read_command_byte{710};       ///< 4 bytes a read command, as stock verifies. The log: 0.52 s.
  std::uint32_t receive_rate = 392'000;  ///< Bytes a second over Wi-Fi. The log: 4.80 s less the programs.
  Duration reset{400'000'000};           ///< Reset to sketch. The log.

  static constexpr std::size_t kShortProgram = 12;  ///< bytes; the longest program of the stock code
  static constexpr std::size_t kPage = 256;         ///< bytes

  /// One program command of `bytes` (1 to 256). Between the two known points time grows linearly with the
  /// bytes, 2.67 us for each: the known points are all we have, and the cells of a page are written one
  /// after another.
  constexpr Duration program(std::size_t bytes) const noexcept {
    const auto beyond = std::clamp(bytes, kShortProgram, kPage) - kShortProgram;
    return program_short + (program_page - program_short) * static_cast<std::int64_t>(beyond) /
                               static_cast<std::int64_t>(kPage - kShortProgram);
  }

  constexpr Duration read_mapped(std::size_t bytes) const noexcept {
    return read_mapped_byte * static_cast<std::int64_t>(bytes);
  }

  constexpr Duration read_by_command(std::size_t bytes) const noexcept {
    return read_command_byte * static_cast<std::int64_t>(bytes);
  }

  /// Time that `bytes` need on the air while the flash is idle.
  constexpr Duration receive(std::size_t bytes) const noexcept {
    return Duration(static_cast<std::int64_t>(bytes) * 1'000'000'000 / receive_rate);
  }
};

}  // namespace otaru::board
