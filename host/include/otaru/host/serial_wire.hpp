// Bytes of the serial upload (docs/SPEC-serial.md): frames, commands, sums, rates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <otaru/bytes.hpp>

namespace otaru::host::serial {

inline constexpr std::uint8_t kAck = 0x06;
inline constexpr std::uint8_t kNak = 0x15;
inline constexpr std::uint8_t kCancel = 0x18;

inline constexpr std::uint8_t kSetBaud = 0x05;
inline constexpr std::uint8_t kCheckBaud = 0x07;
inline constexpr std::uint8_t kFrameStart = 0x02;
inline constexpr std::uint8_t kEnd = 0x04;
inline constexpr std::uint8_t kErase = 0x17;
inline constexpr std::uint8_t kRead = 0x20;
inline constexpr std::uint8_t kWriteStatus = 0x26;
inline constexpr std::uint8_t kChecksum = 0x27;

inline constexpr std::uint32_t kFirstBaud = 115'200;
inline constexpr std::uint32_t kLoaderAddress = 0x0008'2000;  ///< in RAM
inline constexpr std::size_t kFrameData = 1024;               ///< bytes of data in a frame
inline constexpr std::size_t kFrameSize = 1032;               ///< to the board, with its address
inline constexpr std::size_t kReadFrameSize = 1028;           ///< from the board, without one

using Frame = std::array<std::byte, kFrameSize>;

/// A data frame; `data` is at most kFrameData bytes and filled up with 0xFF.
Frame data_frame(std::uint8_t sequence, std::uint32_t address, Bytes data) noexcept;

/// The data of a frame that the board sent, or nullopt if it is not whole or not number `sequence`.
std::optional<Bytes> read_frame_data(Bytes frame, std::uint8_t sequence) noexcept;

/// @param offset  of the first sector in flash, below 2^24
std::array<std::byte, 6> erase_command(std::uint32_t offset, std::uint16_t sectors) noexcept;
std::array<std::byte, 6> read_command(std::uint32_t offset, std::uint16_t sectors) noexcept;
std::array<std::byte, 7> checksum_command(std::uint32_t offset, std::uint32_t length) noexcept;

/// Sum of little-endian 32-bit words modulo 2^32; bytes of a last, short word are its low ones. Words that
/// changed places go unseen.
std::uint32_t word_sum(Bytes bytes) noexcept;

/// The byte that stands for a rate; nullopt for one that boards do not know.
std::optional<std::uint8_t> baud_index(std::uint32_t baud) noexcept;

/// `115200, 230400, ...`: the rates with an index.
std::string known_bauds();

}  // namespace otaru::host::serial
