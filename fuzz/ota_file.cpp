// The OTA file: core's parser, its writer, and the report of the tools, which must agree. And the
// announcement that goes before it in a push, as which any 12 bytes can be read.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include <otaru/host/image_report.hpp>
#include <otaru/image/ota_file.hpp>
#include <otaru/push/announcement.hpp>

namespace {

using otaru::Bytes;
using otaru::host::Finding;

void require(bool holds) {
  if (!holds) std::abort();
}

bool about_the_header(const Finding& finding) {
  constexpr std::string_view kCodes[] = {"header_count", "image_id", "header_length", "image_offset"};
  return std::ranges::find(kCodes, finding.code) != std::end(kCodes);
}

void check_parsed(Bytes file, const otaru::image::OtaHeader& header) {
  require(header.count >= 1 && header.count <= otaru::image::kMaxImages);
  require(header.size() <= file.size());
  std::uint64_t end = header.size();
  for (std::size_t i = 0; i < header.count; ++i) {
    require(header.images[i].offset == end);
    require(header.images[i].length > 0);
    end += header.images[i].length;
    require(end <= 0xFFFF'FFFF);
  }
  require(header.file_size() == end);

  // There is one way to write a header, so what was read is written the same.
  std::vector<std::byte> written(header.size());
  otaru::image::write_ota_header(header, written);
  require(otaru::equal(written, file.first(written.size())));
}

void check_announcement(Bytes bytes) {
  const otaru::push::Announcement read = otaru::push::read_announcement(bytes);
  std::array<std::byte, otaru::push::kAnnouncementSize> written{};
  otaru::push::write_announcement(read, written);
  const otaru::push::Announcement again = otaru::push::read_announcement(written);
  require(again.sum == read.sum && again.size == read.size && again.force == read.force);
  // Only the middle word may differ: all that does not ask for force is written as stock uploaders do.
  require(otaru::equal(Bytes(written).first(4), bytes.first(4)));
  require(otaru::equal(Bytes(written).subspan(8), bytes.subspan(8, 4)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes file = std::as_bytes(std::span(data, size));
  if (file.size() >= otaru::push::kAnnouncementSize) check_announcement(file);
  std::uint32_t faulty = 0;
  const auto parsed = otaru::image::parse_ota_header(file, otaru::image::kMaxImages, &faulty);
  require(faulty < otaru::image::kMaxImages);
  if (parsed) check_parsed(file, *parsed);

  // A reader that accepts fewer images refuses more, and reads the rest the same.
  const auto for_boards = otaru::image::parse_ota_header(file, 1);
  require(for_boards.has_value() == (parsed.has_value() && parsed->count == 1));

  const auto report = otaru::host::inspect_file("input", file);
  if (report.kind == otaru::host::FileKind::ota_file) {
    const bool says_bad_header = std::ranges::any_of(report.findings.problems, about_the_header);
    require(!parsed || !says_bad_header);
    require(parsed || !report.findings.ok());
  }
  if (parsed && parsed->images[0].id != otaru::image::ImageId::rdp)
    require(report.kind != otaru::host::FileKind::unknown);
  static_cast<void>(otaru::host::to_json(report));
  static_cast<void>(otaru::host::to_text(report, otaru::host::ColourDepth::truecolour));
  return 0;
}
