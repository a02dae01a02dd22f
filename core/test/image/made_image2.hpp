// Image 2s made for tests: every byte stands where the format says, the payload means nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <otaru/bytes.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::image {

/// Payload sizes of the segments, bytes. No value: the segment has no header either.
struct Image2Shape {
  std::uint32_t km0_xip = 1000;
  std::uint32_t km0_ram = 200;
  std::uint32_t km4_xip = 3000;
  std::uint32_t km4_ram = 100;
  std::optional<std::uint32_t> km4_psram{};
  std::optional<std::uint32_t> img3{};
  bool padded = true;      ///< 0xFF up to the next 4 KiB behind the last segment, as the real tools do
  std::uint32_t seed = 1;  ///< of the payload: different seeds give different images
};

/// The smallest image that made_image2_of() can make: KM0 fills its 4 KiB, KM4 has one byte of code.
inline constexpr std::uint32_t kSmallestMadeImage = 4096 + 2 * kSegmentHeaderSize + 1;

namespace made {

/// Payload bytes: others for each seed, and never 0xFF, so that no page of them is blank.
class Payload {
 public:
  explicit Payload(std::uint32_t seed) : state_(seed * 2654435761u + 1) {}
  std::byte next() {
    state_ = state_ * 1664525u + 1013904223u;
    const auto value = static_cast<std::uint8_t>(state_ >> 24);
    return std::byte{value == 0xFF ? std::uint8_t{0x5A} : value};
  }

 private:
  std::uint32_t state_;
};

inline void add_segment(std::vector<std::byte>& image, std::uint32_t size, std::uint32_t load_address,
                        Payload& payload) {
  const std::size_t at = image.size();
  image.resize(at + kSegmentHeaderSize, std::byte{0xFF});
  std::copy(kImage2Signature.begin(), kImage2Signature.end(),
            image.begin() + static_cast<std::ptrdiff_t>(at));
  store_le32(MutableBytes(image).subspan(at + 8), size);
  store_le32(MutableBytes(image).subspan(at + 12), load_address);
  for (std::uint32_t i = 0; i < size; ++i) image.push_back(payload.next());
}

inline void pad(std::vector<std::byte>& image) {
  image.resize((image.size() + 4095) / 4096 * 4096, std::byte{0xFF});
}

}  // namespace made

/// An image 2 of that shape, with the load addresses of real ones.
inline std::vector<std::byte> made_image2(const Image2Shape& shape = {}) {
  std::vector<std::byte> image;
  made::Payload payload(shape.seed);
  made::add_segment(image, shape.km0_xip, 0x0C00'0020, payload);
  made::add_segment(image, shape.km0_ram, 0x0008'3000, payload);
  made::pad(image);
  made::add_segment(image, shape.km4_xip, 0x0E00'0020, payload);
  made::add_segment(image, shape.km4_ram, 0x1000'5000, payload);
  if (shape.km4_psram) made::add_segment(image, *shape.km4_psram, 0x0200'0020, payload);
  if (shape.img3) {
    made::pad(image);
    made::add_segment(image, *shape.img3, 0x0010'0000, payload);
  }
  if (shape.padded) made::pad(image);
  return image;
}

/// An image 2 of exactly `length` bytes, at least kSmallestMadeImage, with no padding: no page is blank.
inline std::vector<std::byte> made_image2_of(std::uint32_t length, std::uint32_t seed = 1) {
  const std::uint32_t km0 = std::max<std::uint32_t>(4096, length / 2 / 4096 * 4096);
  const std::uint32_t km4 = length - km0;
  const std::uint32_t km4_ram = (km4 - 2 * kSegmentHeaderSize) / 4;
  return made_image2({.km0_xip = km0 - 2 * kSegmentHeaderSize - 500,
                      .km0_ram = 500,
                      .km4_xip = km4 - 2 * kSegmentHeaderSize - km4_ram,
                      .km4_ram = km4_ram,
                      .km4_psram = std::nullopt,
                      .img3 = std::nullopt,
                      .padded = false,
                      .seed = seed});
}

/// Where KM4's first header stands in a made image.
inline std::uint32_t km4_offset(Bytes image) {
  const std::uint32_t km0_ram = kSegmentHeaderSize + read_segment_header(image).size;
  const std::uint32_t end = km0_ram + kSegmentHeaderSize + read_segment_header(image.subspan(km0_ram)).size;
  return (end + 4095) / 4096 * 4096;
}

}  // namespace otaru::image
