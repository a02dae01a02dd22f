#include <optional>

#include <otaru/image/ota_file.hpp>

namespace otaru::image {
namespace {

constexpr std::size_t kIdSize = 4;

std::optional<ImageId> read_id(Bytes at) noexcept {
  for (ImageId id : {ImageId::ota1, ImageId::ota2, ImageId::rdp}) {
    const std::string_view text = name(id);
    bool same = true;
    for (std::size_t i = 0; i < kIdSize; ++i) {
      const char expected = i < text.size() ? text[i] : '\0';
      same = same && at[i] == static_cast<std::byte>(expected);
    }
    if (same) return id;
  }
  return std::nullopt;
}

/// @param previous  the id of the image header before this one, or nullptr
/// @param offset    where the image has to start in the file, bytes
Status read_image_header(Bytes at, const ImageId* previous, std::uint32_t offset,
                         OtaImageHeader& image) noexcept {
  const std::optional<ImageId> id = read_id(at);
  if (!id || (previous != nullptr && *id <= *previous)) return Status::image_id;
  if (load_le32(at.subspan(4)) != kOtaImageHeaderSize) return Status::header_length;
  image = {*id, load_le32(at.subspan(8)), load_le32(at.subspan(12)), load_le32(at.subspan(16)),
           load_le32(at.subspan(20))};
  if (image.offset != offset) return Status::image_offset;
  if (image.length == 0 || image.length > 0xFFFF'FFFF - offset) return Status::image_length;
  return Status::ok;
}

void write_id(ImageId id, MutableBytes to) noexcept {
  const std::string_view text = name(id);
  for (std::size_t i = 0; i < kIdSize; ++i) to[i] = static_cast<std::byte>(i < text.size() ? text[i] : '\0');
}

}  // namespace

Result<OtaHeader> parse_ota_header(Bytes start, std::uint32_t most, std::uint32_t* faulty_image) noexcept {
  if (start.size() < kOtaPrefixSize) return Status::too_short;
  OtaHeader header;
  header.version = load_le32(start);
  header.count = load_le32(start.subspan(4));
  if (header.count == 0 || header.count > kMaxImages || header.count > most) return Status::header_count;
  if (start.size() < header.size()) return Status::too_short;

  std::uint32_t next_offset = header.size();
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const Bytes at = start.subspan(kOtaPrefixSize + i * kOtaImageHeaderSize, kOtaImageHeaderSize);
    const ImageId* const previous = i == 0 ? nullptr : &header.images[i - 1].id;
    const Status status = read_image_header(at, previous, next_offset, header.images[i]);
    if (status != Status::ok) {
      if (faulty_image != nullptr) *faulty_image = i;
      return status;
    }
    next_offset += header.images[i].length;
  }
  return header;
}

void write_ota_header(const OtaHeader& header, MutableBytes to) noexcept {
  store_le32(to, header.version);
  store_le32(to.subspan(4), header.count);
  for (std::size_t i = 0; i < header.count; ++i) {
    const OtaImageHeader& image = header.images[i];
    const MutableBytes at = to.subspan(kOtaPrefixSize + i * kOtaImageHeaderSize, kOtaImageHeaderSize);
    write_id(image.id, at);
    store_le32(at.subspan(4), kOtaImageHeaderSize);
    store_le32(at.subspan(8), image.sum);
    store_le32(at.subspan(12), image.length);
    store_le32(at.subspan(16), image.offset);
    store_le32(at.subspan(20), image.flash_address);
  }
}

}  // namespace otaru::image
