#include "ota_report.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include <otaru/host/numbers.hpp>
#include <otaru/image/ota_file.hpp>

namespace otaru::host {
namespace {

using image::ImageId;
using image::OtaHeader;

constexpr std::array kIds{ImageId::ota1, ImageId::ota2, ImageId::rdp};

// Where the fields of an image header stand in it, bytes.
constexpr std::uint32_t kLengthOfHeaderAt = 4;
constexpr std::uint32_t kSumAt = 8;
constexpr std::uint32_t kLengthAt = 12;
constexpr std::uint32_t kOffsetAt = 16;
constexpr std::uint32_t kAddressAt = 20;

constexpr std::uint32_t header_offset(std::uint32_t index) noexcept {
  return static_cast<std::uint32_t>(image::kOtaPrefixSize + index * image::kOtaImageHeaderSize);
}

std::string id_text(Bytes at) {
  std::string text;
  for (std::byte b : at.first(4)) {
    const auto letter = static_cast<char>(b);
    if (b == std::byte{0} && text == "RDP") continue;
    text += letter >= ' ' && letter <= '~' ? std::string(1, letter)
                                           : fmt::format("\\x{:02X}", std::to_integer<unsigned>(b));
  }
  return text;
}

OtaImageReport read_fields(Bytes content, std::uint32_t index) {
  OtaImageReport fields;
  fields.header_offset = header_offset(index);
  const Bytes at = content.subspan(fields.header_offset, image::kOtaImageHeaderSize);
  fields.id = id_text(at);
  fields.header_length = load_le32(at.subspan(kLengthOfHeaderAt));
  fields.stated_sum = load_le32(at.subspan(kSumAt));
  fields.length = load_le32(at.subspan(kLengthAt));
  fields.offset = load_le32(at.subspan(kOffsetAt));
  fields.flash_address = load_le32(at.subspan(kAddressAt));
  return fields;
}

/// The file's header, put right field by field so that core's check, which stops at the first fault, goes on
/// to the next one.
class HeaderFaults {
 public:
  explicit HeaderFaults(Bytes header, Findings& findings)
      : header_(header.begin(), header.end()), findings_(findings) {}

  void find() {
    // Each round puts one of at most 4 fields of 3 headers right, or ends.
    for (int round = 0; round < 13; ++round) {
      std::uint32_t index = 0;
      const auto result = image::parse_ota_header(header_, image::kMaxImages, &index);
      if (result.has_value() || !put_right(result.error(), index)) return;
    }
  }

  /// Where image `index` starts, put right if it was wrong.
  std::uint32_t offset_of(std::uint32_t index) { return load_le32(field(index, kOffsetAt)); }

 private:
  MutableBytes field(std::uint32_t index, std::uint32_t at) {
    return MutableBytes(header_).subspan(header_offset(index) + at, 4);
  }
  void problem(std::string code, std::uint32_t index, std::uint32_t at, std::string message) {
    findings_.problems.push_back({std::move(code), header_offset(index) + at, std::move(message)});
  }

  bool put_right(Status status, std::uint32_t index) {
    switch (status) {
      case Status::image_id: return put_id_right(index);
      case Status::header_length: {
        const MutableBytes stated = field(index, kLengthOfHeaderAt);
        problem("header_length", index, kLengthOfHeaderAt,
                fmt::format("Image header {} says it is {} long; it has 24.", index + 1,
                            bytes_text(load_le32(stated))));
        store_le32(stated, image::kOtaImageHeaderSize);
        return true;
      }
      case Status::image_offset: {
        const MutableBytes stated = field(index, kOffsetAt);
        const std::uint32_t right = expected_offset(index);
        problem("image_offset", index, kOffsetAt,
                fmt::format("Image {} is said to start at {}, but must start at {}.", index + 1,
                            hex_offset(load_le32(stated)), hex_offset(right)));
        store_le32(stated, right);
        return true;
      }
      case Status::image_length: {
        const std::uint32_t length = load_le32(field(index, kLengthAt));
        problem("image_length", index, kLengthAt,
                length == 0 ? fmt::format("Image {} is said to have no bytes.", index + 1)
                            : fmt::format("Image {} is said to have {}, beyond what a file can hold.",
                                          index + 1, bytes_text(length)));
        return false;  // where later images would start is not known
      }
      default: return false;
    }
  }

  bool put_id_right(std::uint32_t index) {
    const MutableBytes stated = field(index, 0);
    problem("image_id", index, 0,
            fmt::format(
                "Image header {} has the id '{}'; ids are OTA1, OTA2 and RDP, in this order, each at most "
                "once.",
                index + 1, id_text(stated)));
    const std::array<std::byte, 4> original{stated[0], stated[1], stated[2], stated[3]};
    for (ImageId id : kIds) {
      const std::string_view letters = name(id);
      std::ranges::fill(stated, std::byte{0});
      std::ranges::copy(std::as_bytes(std::span(letters)), stated.begin());
      std::uint32_t faulty = index;
      const auto result = image::parse_ota_header(header_, image::kMaxImages, &faulty);
      if (result.has_value() || result.error() != Status::image_id || faulty != index) return true;
    }
    std::ranges::copy(original, stated.begin());
    return false;
  }

  std::uint32_t expected_offset(std::uint32_t index) {
    std::uint32_t offset = image::ota_header_size(load_le32(Bytes(header_).subspan(4)));
    for (std::uint32_t i = 0; i < index; ++i) offset += load_le32(field(i, kLengthAt));
    return offset;
  }

  std::vector<std::byte> header_;
  Findings& findings_;
};

/// @param offset  at which the image really starts, whatever its header says
void inspect_image(Bytes content, std::uint32_t offset, OtaImageReport& image, Findings& findings) {
  const std::uint64_t end = std::uint64_t{offset} + image.length;
  if (end > content.size()) {
    findings.problems.push_back(
        {"too_short", image.header_offset + kLengthAt,
         fmt::format("Image {} ends at {}, but the file at {}: {} are missing. Copy or build it again.",
                     image.id, hex_offset(end), hex_offset(content.size()),
                     bytes_text(end - content.size()))});
    return;
  }
  image.present = true;
  const Bytes bytes = content.subspan(offset, image.length);
  image.computed_sum = byte_sum(bytes);
  image.digest = sha256(bytes);
  if (image.computed_sum != image.stated_sum) {
    findings.problems.push_back(
        {"image_sum", image.header_offset + kSumAt,
         fmt::format(
             "The bytes of image {} add up to {}, not to the {} stated. The file is damaged: build it "
             "again.",
             image.id, hex32(image.computed_sum), hex32(image.stated_sum))});
  }
  image.kind = recognise(bytes);
  // An RDP image has a form of its own, and may be anything here.
  if (image.id == name(ImageId::rdp)) return;
  Findings inside;
  image.image2 = inspect_image2(bytes, offset, inside);
  // Files with more images are not for boards: of those only the first has to be what a board starts.
  const bool first = image.header_offset == header_offset(0);
  std::ranges::move(inside.problems, std::back_inserter(first ? findings.problems : findings.warnings));
  std::ranges::move(inside.warnings, std::back_inserter(findings.warnings));
}

/// @param end  of the last image
void check_whole(Bytes content, std::uint64_t end, const FileReport& report, Findings& findings) {
  if (end < content.size()) {
    findings.problems.push_back(
        {"trailing_bytes", static_cast<std::uint32_t>(end),
         fmt::format("{} follow the last image. An OTA file ends with it: build the file again.",
                     bytes_text(content.size() - end))});
  }
  if (report.images.size() > 1) {
    findings.warnings.push_back(
        {"several_images", 4,
         fmt::format("The file holds {} images. Boards take only files with one: pack the "
                     "image alone.",
                     report.images.size())});
  }
}

}  // namespace

void inspect_ota_file(Bytes content, FileReport& report) {
  Findings& findings = report.findings;
  report.version = load_le32(content);
  report.header_count = load_le32(content.subspan(4));
  if (report.header_count == 0 || report.header_count > image::kMaxImages) {
    findings.problems.push_back({"header_count", 4,
                                 fmt::format("The file says it holds {} images; 1 to 3 are possible.",
                                             grouped(report.header_count))});
    return;
  }
  const std::uint32_t header_size = image::ota_header_size(report.header_count);
  if (content.size() < header_size) {
    findings.problems.push_back(
        {"too_short", static_cast<std::uint32_t>(content.size()),
         fmt::format("The file ends after {}, within its header of {}. Copy or build it again.",
                     bytes_text(content.size()), bytes_text(header_size))});
    return;
  }
  HeaderFaults header(content.first(header_size), findings);
  header.find();
  std::uint64_t end = header_size;
  for (std::uint32_t i = 0; i < report.header_count; ++i) {
    OtaImageReport& image = report.images.emplace_back(read_fields(content, i));
    if (image.length > 0) inspect_image(content, header.offset_of(i), image, findings);
    end = std::max(end, std::uint64_t{header.offset_of(i)} + image.length);
  }
  check_whole(content, end, report, findings);
}

}  // namespace otaru::host
