#include <otaru/host/image_report.hpp>
#include <otaru/host/numbers.hpp>

namespace otaru::host {
namespace {

using Json = nlohmann::ordered_json;

Json header_json(std::uint32_t offset, const image::SegmentHeader& header) {
  return {{"offset", offset},
          {"size", header.size},
          {"load_address", hex32(header.load_address)},
          {"secure_boot", hex32(header.secure_boot)}};
}

void add_image2(Json& object, const Image2Report& report) {
  object["segments"] = Json::array();
  for (const image::Segment& segment : report.segments) {
    Json entry{{"kind", name(segment.kind)}};
    entry.update(header_json(segment.offset, segment.header));
    object["segments"].push_back(std::move(entry));
  }
  object["padding"] = Json::array();
  for (const Padding& padding : report.padding)
    object["padding"].push_back(
        {{"offset", padding.offset}, {"size", padding.size}, {"blank", padding.blank}});
  object["seal"] = to_json(report.seal);
  object["marker"] = to_json(report.marker);
}

Json image_json(const OtaImageReport& image) {
  Json object{{"id", image.id},
              {"header_offset", image.header_offset},
              {"header_length", image.header_length},
              {"stated_sum", hex32(image.stated_sum)},
              {"length", image.length},
              {"offset", image.offset},
              {"flash_address", hex32(image.flash_address)},
              {"computed_sum", nullptr},
              {"sha256", nullptr},
              {"kind", nullptr}};
  if (image.present) {
    object["computed_sum"] = hex32(image.computed_sum);
    object["sha256"] = hex(image.digest);
    object["kind"] = name(image.kind);
  }
  add_image2(object, image.image2);
  return object;
}

}  // namespace

nlohmann::ordered_json to_json(const FileReport& report) {
  Json object{{"file", report.file},          {"kind", name(report.kind)},     {"size", report.size},
              {"sha256", hex(report.digest)}, {"byte_sum", hex32(report.sum)}, {"ok", report.findings.ok()}};
  if (report.kind == FileKind::ota_file) {
    object["version"] = hex32(report.version);
    object["header_count"] = report.header_count;
    object["images"] = Json::array();
    for (const OtaImageReport& image : report.images) object["images"].push_back(image_json(image));
  } else if (report.kind == FileKind::image2) {
    add_image2(object, report.image2);
  } else if (report.kind == FileKind::boot_image) {
    object["segments"] = Json::array();
    for (const BootSegment& segment : report.boot_segments) {
      Json entry{{"kind", "boot"}};
      entry.update(header_json(segment.offset, segment.header));
      object["segments"].push_back(std::move(entry));
    }
    object["padding"] = Json::array();
  }
  object["problems"] = to_json(report.findings.problems);
  object["warnings"] = to_json(report.findings.warnings);
  return object;
}

}  // namespace otaru::host
