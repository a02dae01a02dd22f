// The 32-byte header in front of every segment of an image 2 and of every boot image.
#pragma once

#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>

namespace otaru::image {

inline constexpr std::uint32_t kSegmentHeaderSize = 32;  ///< bytes
inline constexpr std::size_t kSignatureSize = 8;         ///< bytes

using Signature = std::array<std::byte, kSignatureSize>;

/// What image 2 starts with: ASCII `81958711`. The boot loader looks for nothing else.
inline constexpr Signature kImage2Signature{std::byte{'8'}, std::byte{'1'}, std::byte{'9'}, std::byte{'5'},
                                            std::byte{'8'}, std::byte{'7'}, std::byte{'1'}, std::byte{'1'}};

/// What boot images start with: the pattern by which the boot ROM calibrates the flash interface.
inline constexpr Signature kCalibrationPattern{std::byte{0x99}, std::byte{0x99}, std::byte{0x96},
                                               std::byte{0x96}, std::byte{0x3F}, std::byte{0xCC},
                                               std::byte{0x66}, std::byte{0xFC}};

/// True if `bytes` starts with `signature`.
constexpr bool starts_with(Bytes bytes, const Signature& signature) noexcept {
  return bytes.size() >= kSignatureSize && equal(bytes.first(kSignatureSize), signature);
}

struct SegmentHeader {
  std::uint32_t size = 0;          ///< payload bytes behind the header
  std::uint32_t load_address = 0;  ///< CPU address the payload runs or is copied to
  std::uint32_t secure_boot = 0;   ///< 0xFFFF'FFFF if unused
};

/// Reads the fields behind the signature. `header` must hold kSegmentHeaderSize bytes.
constexpr SegmentHeader read_segment_header(Bytes header) noexcept {
  return {load_le32(header.subspan(8)), load_le32(header.subspan(12)), load_le32(header.subspan(16))};
}

}  // namespace otaru::image
