#include <algorithm>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/image2_report.hpp>
#include <otaru/host/placement.hpp>
#include <otaru/host/serial_files.hpp>
#include <otaru/image/ota_file.hpp>

namespace otaru::host::serial {
namespace {

/// The one image of an OTA file. A board's slot is chosen by what boots, not by the address in the header.
std::vector<std::byte> image_of(const std::string& file, Bytes content) {
  const Result<image::OtaHeader> header = image::parse_ota_header(content);
  if (!header || header->file_size() > content.size())
    throw BadInput(
        fmt::format("'{}' is a damaged OTA file. See what is wrong: otaru image show {}", file, file));
  if (header->count != 1)
    throw BadInput(fmt::format("'{}' holds {} images. Give the images themselves, each as FILE@ADDRESS.",
                               file, header->count));
  const Bytes image = content.subspan(header->images[0].offset, header->images[0].length);
  return {image.begin(), image.end()};
}

void inspect(const std::string& file, Bytes content, FileKind kind) {
  Findings findings;
  if (kind == FileKind::image2) inspect_image2(content, 0, findings);
  if (kind == FileKind::boot_image) inspect_boot_image(content, findings);
  if (findings.ok()) return;
  throw BadInput(fmt::format("'{}' would not boot: {} `otaru image show` tells more; --force uploads it.",
                             file, findings.problems.front().message));
}

}  // namespace

std::vector<FlashPiece> load_pieces(const std::vector<std::string>& files, const flash::Layout& layout,
                                    bool insist) {
  std::vector<FlashPiece> pieces;
  std::vector<PlacedRange> ranges;
  for (const std::string& name : files) {
    const FileArgument argument = parse_file_argument(name);
    std::vector<std::byte> content = read_file(argument.file);
    if (recognise(content) == FileKind::ota_file) content = image_of(argument.file, content);
    const std::vector<PlacedRange> places = place(argument, content, layout);
    if (!insist) inspect(argument.file, content, places.front().kind);
    if (places.front().address < flash::kFlashBase)
      throw BadInput(fmt::format("'{}' lies outside the flash: addresses start at 0x08000000.", name));
    ranges.push_back(places.front());
    pieces.push_back({argument.file, places.front().address - flash::kFlashBase, std::move(content)});
  }
  for (const LayoutProblem& problem : compare(layout, ranges).problems) {
    const bool never = problem.code == "overlap" || problem.code == "out_of_flash";
    if (never || !insist)
      throw BadInput(problem.message + (never ? "" : " --force uploads it all the same."));
  }
  return pieces;
}

}  // namespace otaru::host::serial
