#include <algorithm>
#include <stdexcept>

#include <otaru/board/random.hpp>
#include <otaru/board/sample_image.hpp>
#include <otaru/bytes.hpp>
#include <otaru/image/image2.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::board {
namespace {

using image::kPartAlignment;
using image::kSegmentHeaderSize;

// Payload sizes, bytes, near those of a small real sketch; the XIP segments take what is left.
constexpr std::uint32_t kKm0RamSize = 0x2330;
constexpr std::uint32_t kKm4RamSize = 0x111C;
constexpr std::uint32_t kPsramSize = 0x140;
constexpr std::uint32_t kPadding = 300;  // at the end of an image of whole sectors

/// The marker of the Arduino library, docs/SPEC-marker.md, with its zero byte.
constexpr char kMarker[] =
    "\x7FOTARU-IMAGE/1\nname=sample\nversion=0.0.0\nboard=ameba_rtl8721d\nlibrary=0.0.0\n";

/// Writes an image front to back.
class Pen {
 public:
  Pen(std::uint32_t size, std::uint32_t seed) : image_(size, std::byte{0xFF}), random_(seed) {}

  void segment(std::uint32_t load_address, std::uint32_t payload) {
    const MutableBytes header = MutableBytes(image_).subspan(at_, kSegmentHeaderSize);
    std::ranges::copy(image::kImage2Signature, header.begin());
    store_le32(header.subspan(8), payload);
    store_le32(header.subspan(12), load_address);
    at_ += kSegmentHeaderSize;
    for (std::byte& b : MutableBytes(image_).subspan(at_, payload)) b = random_.byte();
    at_ += payload;
  }
  /// Puts the marker in front of the payload that was written last.
  void marker(std::uint32_t payload) {
    std::ranges::copy(std::as_bytes(std::span(kMarker)), image_.begin() + (at_ - payload));
  }
  void pad() { at_ = align_up(at_, kPartAlignment); }
  std::uint32_t left() const { return static_cast<std::uint32_t>(image_.size()) - at_; }
  std::vector<std::byte> take() { return std::move(image_); }

 private:
  std::vector<std::byte> image_;
  Random random_;
  std::uint32_t at_ = 0;
};

}  // namespace

std::vector<std::byte> make_sample_image(std::uint32_t size, std::uint32_t seed) {
  if (size < kSmallestSampleImage) throw std::invalid_argument("a sample image has at least 32 KiB");
  Pen pen(size, seed);
  // KM0 takes about a third, as in real images.
  const std::uint32_t km0 = std::max(align_down(size / 3, kPartAlignment), 4 * kPartAlignment);
  pen.segment(0x0C00'0020, km0 - 2 * kSegmentHeaderSize - kKm0RamSize - 1000);
  pen.segment(0x0008'3000, kKm0RamSize);
  pen.pad();
  const std::uint32_t behind = 3 * kSegmentHeaderSize + kKm4RamSize + kPsramSize;
  const std::uint32_t km4_xip = pen.left() - behind - (size % kPartAlignment == 0 ? kPadding : 0);
  pen.segment(0x0E00'0020, km4_xip);
  pen.marker(km4_xip);
  pen.segment(0x1000'5000, kKm4RamSize);
  pen.segment(0x0200'0020, kPsramSize);
  return pen.take();
}

}  // namespace otaru::board
