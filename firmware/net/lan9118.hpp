// The network chip: LAN9118, as QEMU 7.2 models it (hw/net/lan9118.c). Facts from the LAN9118 data sheet
// (Microchip DS00002266, SMSC revision 1.5): 3.12 transmission, 3.13 reception, 5.3 its registers, 5.4 the
// MAC's, 5.5 the PHY's. Run on QEMU alone; on a real chip it is untested.
//
// Whole frames by polling; no interrupts. Nothing here waits longer than a bounded number of register reads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace otaru::firmware {

/// What became of frames since start().
struct FrameCounts {
  std::uint32_t received;
  std::uint32_t sent;
  std::uint32_t
      lost_in_chip;  ///< arrived, and its FIFO had no room; QEMU 7.2 does not count them, so always 0
  std::uint32_t lost_broken;     ///< arrived with an error
  std::uint32_t lost_no_memory;  ///< arrived, and the caller had no room
  std::uint32_t lost_unsent;     ///< the chip took them not, or could not send them
};

/// The one chip of the machine: all objects would be the same one.
class Lan9118 {
 public:
  /// Resets the chip, and switches it on: unicast to its own address, broadcast, and all multicast (mDNS).
  /// @return false if there is none, or it does not come up
  bool start() noexcept;

  /// The address that the chip came with: from its EEPROM, which QEMU fills.
  const std::array<std::uint8_t, 6>& mac() const noexcept { return mac_; }

  /// Is a cable in, and the other end there?
  bool link() noexcept;

  /// Bytes of the next frame that waits, without its checksum; nothing if none does. Broken ones are thrown
  /// away. Must be followed by read() and finish(), or by drop().
  std::optional<std::size_t> next_frame() noexcept;
  /// The next `words` words of that frame. The first begins with two bytes that mean nothing, so that what
  /// follows the frame's header is aligned; the last ends with bytes of the checksum.
  void read(std::uint32_t* out, std::size_t words) noexcept;
  /// Throws away what was not read of it.
  void finish() noexcept;
  /// Throws away the whole frame, because there is no memory for it.
  void drop() noexcept;

  /// Begins a frame of `length` bytes, which follow by write(). @return false if the chip has no room for it
  /// now
  bool begin(std::size_t length) noexcept;
  /// The next bytes of it; the chip sends it with the last.
  void write(const std::uint8_t* bytes, std::size_t length) noexcept;

  const FrameCounts& counts() const noexcept { return counts_; }

 private:
  bool command_mac(std::uint32_t command) noexcept;
  std::optional<std::uint32_t> read_mac(std::uint32_t index) noexcept;
  bool write_mac(std::uint32_t index, std::uint32_t value) noexcept;
  std::optional<std::uint32_t> read_phy(std::uint32_t index) noexcept;
  bool write_phy(std::uint32_t index, std::uint32_t value) noexcept;
  void count_sent() noexcept;

  std::array<std::uint8_t, 6> mac_{};
  FrameCounts counts_{};
  std::size_t unread_ = 0;     ///< words of the frame that is being read
  std::size_t unsent_ = 0;     ///< bytes of the frame that is being written
  std::uint32_t word_ = 0;     ///< of which fewer than four bytes are there yet
  std::uint32_t in_word_ = 0;  ///< how many
};

}  // namespace otaru::firmware
