// Image 2 (`km0_km4_image2.bin`): the application of both processors. docs/SPEC-ota-file.md, section 2.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <otaru/bytes.hpp>
#include <otaru/image/segment.hpp>
#include <otaru/status.hpp>

namespace otaru::image {

/// Parts of an image 2 start at multiples of this from its start, bytes.
inline constexpr std::uint32_t kPartAlignment = 4096;

enum class SegmentKind : std::uint8_t { km0_xip, km0_ram, km4_xip, km4_ram, km4_psram, img3 };

constexpr std::string_view name(SegmentKind kind) noexcept {
  constexpr std::array<std::string_view, 6> kNames{"KM0 XIP", "KM0 RAM",   "KM4 XIP",
                                                   "KM4 RAM", "KM4 PSRAM", "IMG3"};
  return kNames[static_cast<std::size_t>(kind)];
}

struct Segment {
  SegmentKind kind = SegmentKind::km0_xip;
  std::uint32_t offset = 0;  ///< of the segment's header in the image, bytes
  SegmentHeader header{};

  /// Offset of the first byte behind the payload.
  constexpr std::uint32_t end() const noexcept { return offset + kSegmentHeaderSize + header.size; }
};

/// Walks the segment headers of an image 2 front to back, and finds what is wrong with it.
///
/// The caller brings the bytes, from a stream, a file or flash: `wanted()` tells the offset of the next
/// header, `take()` receives it. So one set of rules serves the receiver, the read-back and the tools.
class Image2Walk {
 public:
  static constexpr std::size_t kMaxSegments = 6;
  static constexpr std::uint32_t kDone = 0xFFFF'FFFF;

  /// @param length  of the whole image, bytes. An image too small for its first header is found by finish().
  explicit constexpr Image2Walk(std::uint32_t length) noexcept : length_(length) {}

  /// Offset of the next 32-byte header to bring, behind the signature of the one before; kDone if no more is
  /// needed. The header lies within the length given. It overlaps the one before only where that was padding
  /// that ends within its 32 bytes.
  std::uint32_t wanted() const noexcept;

  /// Takes the 32 bytes at wanted(). After an error the walk stays where it is.
  ///
  /// @retval km0_signature, km4_signature  the boot loader would not find its signature here
  /// @retval km0_segment, km4_segment      a header is missing, or its size leaves the image
  Status take(Bytes header) noexcept;

  /// `ok` if every part that must be there was found; else what is missing because the image ends too early.
  Status finish() const noexcept;

  /// What was found so far, in file order. A missing PSRAM segment or IMG3 does not appear.
  std::span<const Segment> segments() const noexcept { return {segments_.data(), count_}; }

  /// Offset behind the last segment found, rounded up to the 4 KiB that its padding fills; bytes.
  std::uint32_t padded_end() const noexcept;

 private:
  enum class Step : std::uint8_t { km0_xip, km0_ram, km4_xip, km4_ram, km4_psram, img3, done };

  std::uint32_t position() const noexcept;
  bool fits(std::uint32_t offset) const noexcept;
  Status fault(bool signature_missing) const noexcept;

  std::uint32_t length_;
  Step step_ = Step::km0_xip;
  std::size_t count_ = 0;
  std::array<Segment, kMaxSegments> segments_{};
};

/// Feeds an Image2Walk from a stream of chunks of any size.
///
/// Memory: this object only (about 200 bytes).
class Image2Stream {
 public:
  explicit constexpr Image2Stream(std::uint32_t length) noexcept : walk_(length) {}

  /// Takes the next bytes of the image, in order.
  /// @retval as Image2Walk::take, at the moment at which the faulty header is complete
  Status feed(Bytes chunk) noexcept;

  /// @retval as Image2Walk::finish; call when all bytes were fed
  Status finish() const noexcept { return walk_.finish(); }

  const Image2Walk& walk() const noexcept { return walk_; }

 private:
  Image2Walk walk_;
  std::uint32_t position_ = 0;
  std::size_t held_ = 0;
  std::array<std::byte, kSegmentHeaderSize> header_{};
};

}  // namespace otaru::image
