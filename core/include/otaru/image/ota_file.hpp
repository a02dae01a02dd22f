// The OTA file (`OTA_All.bin`): a header for 1 to 3 images, then the images. docs/SPEC-ota-file.md.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <otaru/bytes.hpp>
#include <otaru/result.hpp>

namespace otaru::image {

inline constexpr std::size_t kMaxImages = 3;
inline constexpr std::size_t kOtaPrefixSize = 8;        ///< firmware version and header count, bytes
inline constexpr std::size_t kOtaImageHeaderSize = 24;  ///< bytes
inline constexpr std::uint32_t kDefaultVersion = 0xFFFF'FFFF;

/// Bytes before the first image in a file of `count` images; 32 for the one-image files that boards take.
constexpr std::uint32_t ota_header_size(std::uint32_t count) noexcept {
  return static_cast<std::uint32_t>(kOtaPrefixSize + kOtaImageHeaderSize * count);
}

/// The header of a file that boards take: one image.
inline constexpr std::size_t kBoardHeaderSize = 32;

/// Which image a header announces. In a file they come in this order, each at most once.
enum class ImageId : std::uint8_t { ota1, ota2, rdp };

/// The name as it stands in the file; `RDP` is followed by a zero byte there.
constexpr std::string_view name(ImageId id) noexcept {
  using namespace std::string_view_literals;  // lengths from the compiler: a board has no strlen
  return id == ImageId::ota1 ? "OTA1"sv : id == ImageId::ota2 ? "OTA2"sv : "RDP"sv;
}

struct OtaImageHeader {
  ImageId id = ImageId::ota1;
  std::uint32_t sum = 0;            ///< sum of every byte of the image, modulo 2^32
  std::uint32_t length = 0;         ///< of the image, bytes
  std::uint32_t offset = 0;         ///< of the image in the file, bytes
  std::uint32_t flash_address = 0;  ///< as written by the tool; boards ignore it and take their free slot
};

struct OtaHeader {
  std::uint32_t version = kDefaultVersion;
  std::uint32_t count = 0;  ///< 1 to kMaxImages
  std::array<OtaImageHeader, kMaxImages> images{};

  constexpr std::uint32_t size() const noexcept { return ota_header_size(count); }
  /// Bytes of the whole file that the headers describe.
  constexpr std::uint32_t file_size() const noexcept {
    return count == 0 ? 0 : images[count - 1].offset + images[count - 1].length;
  }
};

/// Reads and checks the header at the start of an OTA file. Looks at nothing behind the header.
///
/// @param start  the first bytes of the file, at least the whole header (else `too_short`)
/// @param most   the largest number of images that is accepted; boards take 1
/// @retval header_count, image_id, header_length, image_offset, image_length  what is wrong, in this order of
///         checking; image_length also says that the lengths together pass 2^32
/// @param faulty_image  if given, receives the number of the image header (from 0) that the error speaks of;
///                      unchanged by the errors `too_short` and `header_count`, and by success
Result<OtaHeader> parse_ota_header(Bytes start, std::uint32_t most = kMaxImages,
                                   std::uint32_t* faulty_image = nullptr) noexcept;

/// Writes the header of a file. `to` must hold `header.size()` bytes. The counterpart of parse_ota_header.
void write_ota_header(const OtaHeader& header, MutableBytes to) noexcept;

}  // namespace otaru::image
