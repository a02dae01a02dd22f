#include <fmt/format.h>

#include <otaru/host/image_report.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/table.hpp>
#include <otaru/image/ota_file.hpp>

namespace otaru::host {
namespace {

using Align = Table::Align;

Table field_table() {
  return {{"offset", "field", "value", "meaning"}, {Align::right}};
}

std::string sum_meaning(const OtaImageReport& image) {
  if (!image.present) return "not checked: the image is not all there";
  if (image.computed_sum == image.stated_sum) return "sum of the image's bytes, as computed";
  return fmt::format("WRONG: the image's bytes add up to {}", hex32(image.computed_sum));
}

std::string header_text(const FileReport& report) {
  const auto at = [](std::uint32_t offset) { return hex_offset(offset); };
  Table table = field_table();
  table.add({at(0), "firmware version", hex32(report.version),
             report.version == image::kDefaultVersion ? "the default: none given" : grouped(report.version)});
  table.add(
      {at(4), "header count", hex32(report.header_count), fmt::format("{} image(s)", report.header_count)});
  for (const OtaImageReport& image : report.images) {
    const std::uint32_t start = image.header_offset;
    table.add({at(start), "image id", image.id});
    table.add({at(start + 4), "header length", hex32(image.header_length), bytes_text(image.header_length)});
    table.add({at(start + 8), "checksum", hex32(image.stated_sum), sum_meaning(image)});
    table.add({at(start + 12), "image length", hex32(image.length), bytes_text(image.length)});
    table.add({at(start + 16), "offset", hex32(image.offset), "of the image in the file"});
    table.add({at(start + 20), "flash address", hex32(image.flash_address), "ignored by boards"});
  }
  return "\nHeader\n" + table.text();
}

std::string secure_boot_text(std::uint32_t value) {
  return value == 0xFFFF'FFFF ? "unused" : hex32(value);
}

Table segment_table() {
  return {{"segment", "offset", "payload", "bytes", "load address", "secure boot"},
          {Align::left, Align::right, Align::right, Align::right, Align::left, Align::left}};
}

void add_row(Table& table, std::string_view kind, std::uint32_t offset, const image::SegmentHeader& header) {
  table.add({std::string(kind), hex_offset(offset), hex_offset(header.size), grouped(header.size),
             hex32(header.load_address), secure_boot_text(header.secure_boot)});
}

std::string image2_text(const Image2Report& report) {
  if (report.segments.empty()) return "  no segment found\n" + to_text(report.seal) + to_text(report.marker);
  Table table = segment_table();
  auto padding = report.padding.begin();
  const auto add_padding_up_to = [&](std::uint32_t offset) {
    for (; padding != report.padding.end() && padding->offset < offset; ++padding) {
      table.add({padding->blank ? "padding" : "padding (not blank)", hex_offset(padding->offset),
                 hex_offset(padding->size), grouped(padding->size)});
    }
  };
  for (const image::Segment& segment : report.segments) {
    add_padding_up_to(segment.offset);
    add_row(table, name(segment.kind), segment.offset, segment.header);
  }
  add_padding_up_to(0xFFFF'FFFF);
  return table.text() + to_text(report.seal) + to_text(report.marker);
}

std::string boot_text(const std::vector<BootSegment>& segments) {
  Table table = segment_table();
  for (const BootSegment& segment : segments) add_row(table, "boot", segment.offset, segment.header);
  return table.text();
}

std::string images_text(const FileReport& report) {
  std::string text;
  for (const OtaImageReport& image : report.images) {
    if (!image.present) continue;
    text += fmt::format("\nImage {}: {}, {}\n  SHA-256 {}\n", image.id, title(image.kind),
                        bytes_text(image.length), hex(image.digest));
    if (image.kind == FileKind::image2) text += image2_text(image.image2);
  }
  return text;
}

std::string verdict(const FileReport& report, ColourDepth colours) {
  if (report.findings.ok()) return painted("No problems.", kGood, colours) + "\n";
  const std::size_t count = report.findings.problems.size();
  return painted(count == 1 ? "1 problem." : fmt::format("{} problems.", count), kFault, colours) + "\n";
}

}  // namespace

std::string to_text(const FileReport& report, ColourDepth colours) {
  std::string text = fmt::format("{}: {}, {}\n  SHA-256 {}\n  byte sum {}\n", report.file, title(report.kind),
                                 bytes_text(report.size), hex(report.digest), hex32(report.sum));
  switch (report.kind) {
    case FileKind::ota_file: text += header_text(report) + images_text(report); break;
    case FileKind::image2: text += "\nSegments\n" + image2_text(report.image2); break;
    case FileKind::boot_image: text += "\nSegments\n" + boot_text(report.boot_segments); break;
    case FileKind::unknown: break;
  }
  return text + "\n" + to_text(report.findings, colours) + verdict(report, colours);
}

}  // namespace otaru::host
