#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <otaru/host/image_report.hpp>

#include "ota_report.hpp"

namespace otaru::host {

FileReport inspect_file(std::string file, Bytes content) {
  FileReport report;
  report.file = std::move(file);
  report.kind = recognise(content);
  report.size = content.size();
  report.sum = byte_sum(content);
  report.digest = sha256(content);
  switch (report.kind) {
    case FileKind::ota_file: inspect_ota_file(content, report); break;
    case FileKind::image2: report.image2 = inspect_image2(content, 0, report.findings); break;
    case FileKind::boot_image: report.boot_segments = inspect_boot_image(content, report.findings); break;
    case FileKind::unknown:
      report.findings.problems.push_back(
          {"not_recognised", std::nullopt,
           content.empty()
               ? "The file is empty."
               : "This is no OTA file, image 2 or boot image: none of their signatures stands at its "
                 "start. Name OTA_All.bin, km0_km4_image2.bin or a boot image."});
      break;
  }
  return report;
}

void judge_seals(FileReport& report, const std::vector<NamedKey>& keys) {
  if (keys.empty()) return;
  const auto judge = [&](Image2Report& image, std::uint32_t position) {
    if (image.seal) return judge_seal(*image.seal, keys, position, report.findings);
    report.findings.problems.push_back(
        {"seal_missing", position,
         "The image is not sealed: boards with keys refuse it. Seal it with `otaru seal`."});
  };
  if (report.kind == FileKind::image2) judge(report.image2, 0);
  for (OtaImageReport& image : report.images)
    if (image.present && image.kind == FileKind::image2) judge(image.image2, image.offset);
}

}  // namespace otaru::host
