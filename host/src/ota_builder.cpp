#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/file_kind.hpp>
#include <otaru/host/image2_report.hpp>
#include <otaru/host/memory_layout.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/ota_builder.hpp>

namespace otaru::host {
namespace {

using image::ImageId;

constexpr std::uint32_t kNoAddress = 0xFFFF'FFFF;
constexpr std::array<std::uint32_t, 3> kImageToolAddresses{0x0800'B000, 0x0808'0000, 0x080F'F000};

/// In front of what is found in one of several files.
void add_named(const std::string& file, Findings from, Findings& to) {
  for (Finding& problem : from.problems) {
    problem.message = fmt::format("{}: {}", file, problem.message);
    to.problems.push_back(std::move(problem));
  }
  for (Finding& warning : from.warnings) {
    warning.message = fmt::format("{}: {}", file, warning.message);
    to.warnings.push_back(std::move(warning));
  }
}

/// What else than an image 2 is often given by mistake; empty if it is none of that.
std::string mistaken_for_image2(Bytes content) {
  switch (recognise(content)) {
    case FileKind::ota_file:
      return "This is an OTA file already: push it as it is, or pack the km0_km4_image2.bin that it was made "
             "from.";
    case FileKind::boot_image:
      return "This is a boot image, which no update may replace. Pack km0_km4_image2.bin.";
    case FileKind::unknown:
      return "This is no image 2: the signature 81958711 is missing. Pack the km0_km4_image2.bin that the "
             "compilation leaves.";
    case FileKind::image2: break;
  }
  return {};
}

void check_image(const ImageInput& input, Findings& findings) {
  if (input.id == ImageId::rdp) return;  // has a form of its own
  Findings found;
  const std::string mistake = mistaken_for_image2(input.content);
  if (!mistake.empty()) {
    found.problems.push_back({"not_image2", 0, mistake});
  } else {
    const Image2Report report = inspect_image2(input.content, 0, found);
    if (const auto warning = warn_of_no_marker(report)) found.warnings.push_back(*warning);
  }
  // Files with more images are not for boards: of those only the first has to be what a board starts.
  if (input.id != ImageId::ota1) {
    std::ranges::move(found.problems, std::back_inserter(found.warnings));
    found.problems.clear();
  }
  add_named(input.file, std::move(found), findings);
}

void check_addresses(const PackedFile& packed, const std::vector<ImageInput>& inputs,
                     const PackOptions& options, Findings& findings) {
  std::vector<PlacedRange> ranges;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const image::OtaImageHeader& header = packed.header.images[i];
    if (header.flash_address == kNoAddress) continue;
    ranges.push_back({inputs[i].file, std::string(name(header.id)), FileKind::unknown, header.flash_address,
                      header.length});
  }
  for (LayoutProblem& problem : compare(*options.layout, std::move(ranges)).problems) {
    // The stock tool's addresses are not this chip's; a file like its own is what was asked for.
    const bool expected = options.compatibility == Compatibility::imagetool && problem.code != "overlap";
    auto& list = expected ? findings.warnings : findings.problems;
    list.push_back({std::move(problem.code), std::nullopt, std::move(problem.message)});
  }
}

/// An image too large for its slot is found by its length already; say it once.
bool says_too_large(const Findings& findings) {
  return std::ranges::any_of(findings.problems, [](const Finding& f) { return f.code == "image_length"; });
}

}  // namespace

std::uint32_t flash_address(ImageId id, const PackOptions& options) noexcept {
  if (options.compatibility == Compatibility::imagetool)
    return kImageToolAddresses[static_cast<std::size_t>(id)];
  if (options.compatibility == Compatibility::sdk || id == ImageId::rdp) return kNoAddress;
  return options.layout->slot(id == ImageId::ota1 ? flash::SlotId::ota1 : flash::SlotId::ota2).address();
}

PackedFile pack(const std::vector<ImageInput>& inputs, const PackOptions& options) {
  PackedFile packed;
  packed.header.version = options.version;
  packed.header.count = static_cast<std::uint32_t>(inputs.size());
  std::uint32_t offset = packed.header.size();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ImageInput& input = inputs[i];
    if (input.content.empty()) throw BadInput(fmt::format("'{}' is empty. Name an image 2.", input.file));
    const auto length = static_cast<std::uint32_t>(input.content.size());
    const bool given = i == 0 && options.address.has_value();
    const std::uint32_t address = given ? *options.address : flash_address(input.id, options);
    packed.header.images[i] = {input.id, byte_sum(input.content), length, offset, address};
    offset += length;
    check_image(input, packed.findings);
  }
  packed.content.resize(packed.header.size());
  image::write_ota_header(packed.header, packed.content);
  for (const ImageInput& input : inputs)
    packed.content.insert(packed.content.end(), input.content.begin(), input.content.end());

  if (!says_too_large(packed.findings)) check_addresses(packed, inputs, options, packed.findings);
  if (inputs.size() > 1) {
    packed.findings.warnings.push_back(
        {"several_images", std::nullopt,
         fmt::format(
             "The file holds {} images. Boards take only files with one: leave out --ota2 and --rdp for a "
             "file to push.",
             inputs.size())});
  }
  return packed;
}

}  // namespace otaru::host
