#include <algorithm>
#include <array>

#include <otaru/host/file_kind.hpp>
#include <otaru/host/image2_report.hpp>
#include <otaru/image/ota_file.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::host {
namespace {

constexpr std::size_t kOffsetAt = image::kOtaPrefixSize + 16;  // of the first image, in its header

/// Two fields of four that a random file would not have.
bool looks_like_ota_file(Bytes content) noexcept {
  if (content.size() < image::kOtaPrefixSize + 8) return false;
  const std::uint32_t count = load_le32(content.subspan(4));
  const Bytes id = content.subspan(image::kOtaPrefixSize, 4);
  constexpr std::array<std::string_view, 2> kBeginnings{"OTA", "RDP"};
  const bool known_id = std::any_of(kBeginnings.begin(), kBeginnings.end(), [id](std::string_view text) {
    return equal(id.first(text.size()), std::as_bytes(std::span(text)));
  });
  const bool known_length =
      load_le32(content.subspan(image::kOtaPrefixSize + 4)) == image::kOtaImageHeaderSize;
  const bool known_count = count >= 1 && count <= image::kMaxImages;
  const bool known_offset = known_count && content.size() >= image::kBoardHeaderSize &&
                            load_le32(content.subspan(kOffsetAt)) == image::ota_header_size(count);
  return int{known_id} + int{known_length} + int{known_count} + int{known_offset} >= 2;
}

}  // namespace

std::string_view name(FileKind kind) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"ota", "image2", "boot", "unknown"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view title(FileKind kind) noexcept {
  constexpr std::array<std::string_view, 4> kTitles{"OTA file", "image 2", "boot image", "unknown file"};
  return kTitles[static_cast<std::size_t>(kind)];
}

FileKind recognise(Bytes content) noexcept {
  if (image::starts_with(content, image::kImage2Signature)) return FileKind::image2;
  if (image::starts_with(content, image::kCalibrationPattern)) return FileKind::boot_image;
  if (looks_like_ota_file(content)) return FileKind::ota_file;
  // A retired slot has the signature cleared; what it was linked for still tells what it is.
  const bool has_header = content.size() >= image::kSegmentHeaderSize;
  if (has_header && image::read_segment_header(content).load_address == kKm0XipAddress)
    return FileKind::image2;
  return FileKind::unknown;
}

}  // namespace otaru::host
