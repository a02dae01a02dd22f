#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/image_report.hpp>
#include <otaru/host/ota_builder.hpp>
#include <otaru/host/push_file.hpp>

namespace otaru::host {
namespace {

/// Says why a file of this kind is not pushed; empty if it may be.
std::string unfit(const FileReport& report) {
  switch (report.kind) {
    case FileKind::boot_image:
      return "It is a boot image, which no update may replace. Push an OTA file or km0_km4_image2.bin.";
    case FileKind::unknown:
      return "It is neither an OTA file nor an image 2. Push OTA_All.bin or km0_km4_image2.bin.";
    case FileKind::ota_file:
      if (report.header_count > 1 && report.header_count <= image::kMaxImages) {
        return fmt::format(
            "It holds {} images, and boards take only files with one. Pack the image alone: `otaru image "
            "pack km0_km4_image2.bin`.",
            report.header_count);
      }
      if (report.images.size() == 1 && report.images[0].id == name(image::ImageId::rdp))
        return "Its only image is an RDP image, which boards do not take. Push an OTA file with a program.";
      break;
    case FileKind::image2: break;
  }
  if (report.findings.ok()) return {};
  const std::vector<Finding>& problems = report.findings.problems;
  const std::size_t more = problems.size() - 1;
  std::string text = problems.front().message;
  if (more > 0) text += fmt::format(" (And {} more: `otaru image show` lists them.)", more);
  return text;
}

}  // namespace

PushFile load_push_file(const std::filesystem::path& path) {
  return check_push_file(path.string(), read_file(path));
}

PushFile check_push_file(std::string name, std::vector<std::byte> bytes) {
  const FileReport report = inspect_file(name, bytes);
  if (const std::string reason = unfit(report); !reason.empty())
    throw BadInput(fmt::format("'{}' cannot be pushed. {}", name, reason));

  PushFile file;
  const Image2Report& image = report.kind == FileKind::image2 ? report.image2 : report.images[0].image2;
  if (const auto warning = warn_of_no_marker(image)) file.warnings.push_back(*warning);
  // A board without keys takes what is whole, and its boot loader starts it, wherever it was linked to.
  std::ranges::copy_if(report.findings.warnings, std::back_inserter(file.warnings),
                       [](const Finding& warning) { return warning.code == "load_address"; });
  file.packed = report.kind == FileKind::image2;
  file.version = file.packed ? image::kDefaultVersion : report.version;
  if (file.packed) {
    // Whether it fits is for the board to say, which knows its layout.
    bytes = pack({{image::ImageId::ota1, name, std::move(bytes)}}, {}).content;
  }
  file.bytes = std::move(bytes);
  file.name = std::move(name);
  return file;
}

}  // namespace otaru::host
