#include <filesystem>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/placement.hpp>
#include <otaru/image/ota_file.hpp>
#include <otaru/image/segment.hpp>

namespace otaru::host {
namespace {

[[noreturn]] void ask_for_address(const std::string& file, std::string_view why) {
  throw BadInput(fmt::format("'{}' {}. Say where it goes: {}@0x08006000, for example.", file, why, file));
}

bool in_flash(std::uint32_t address, const flash::Layout& layout) noexcept {
  return address >= flash::kFlashBase && address - flash::kFlashBase < layout.size;
}

std::uint32_t image_address(const std::string& file, const image::OtaImageHeader& header,
                            const flash::Layout& layout) {
  if (in_flash(header.flash_address, layout)) return header.flash_address;
  switch (header.id) {
    case image::ImageId::ota1: return layout.ota1.address();
    case image::ImageId::ota2: return layout.ota2.address();
    case image::ImageId::rdp: break;
  }
  throw BadInput(
      fmt::format("'{}' holds an RDP image that states no flash address, and the flash map has no place "
                  "for it. Pack it with an address, or name its images one by one as FILE@ADDRESS.",
                  file));
}

std::vector<PlacedRange> place_ota_file(const FileArgument& argument, Bytes content,
                                        const flash::Layout& layout) {
  const Result<image::OtaHeader> header = image::parse_ota_header(content);
  if (!header || header->file_size() > content.size()) {
    throw BadInput(fmt::format("'{}' is a damaged OTA file. See what is wrong: otaru image show {}",
                               argument.file, argument.file));
  }
  if (argument.address && header->count > 1) {
    throw BadInput(
        fmt::format("'{}' holds {} images, so one address does not tell where they go. Leave it out, or "
                    "name the images one by one.",
                    argument.file, header->count));
  }
  std::vector<PlacedRange> ranges;
  for (std::size_t i = 0; i < header->count; ++i) {
    const image::OtaImageHeader& image = header->images[i];
    const std::uint32_t address =
        argument.address ? *argument.address : image_address(argument.file, image, layout);
    ranges.push_back({argument.file, std::string(name(image.id)), FileKind::ota_file, address, image.length});
  }
  return ranges;
}

std::uint32_t boot_address(const std::string& file, Bytes content, const flash::Layout& layout) {
  if (content.size() >= image::kSegmentHeaderSize) {
    const std::uint32_t load = image::read_segment_header(content).load_address;
    for (const flash::Region& region : {layout.km0_boot, layout.km4_boot})
      if (load >= region.address() && load - region.address() < region.size) return region.address();
  }
  const std::string base = std::filesystem::path(file).filename().string();
  if (base.find("km4") != std::string::npos) return layout.km4_boot.address();
  if (base.find("km0") != std::string::npos) return layout.km0_boot.address();
  ask_for_address(file, "is a boot image, but neither its load address nor its name tells whose");
}

}  // namespace

FileArgument parse_file_argument(std::string_view argument) {
  const std::size_t at = argument.rfind('@');
  if (at == std::string_view::npos) return {std::string(argument), std::nullopt};
  const std::string_view text = argument.substr(at + 1);
  if (const auto address = parse_number(text)) return {std::string(argument.substr(0, at)), address};
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::path(argument), error))
    return {std::string(argument), std::nullopt};
  throw BadInput(
      fmt::format("'{}' in '{}' is not an address. Write it as 0x08006000, for example.", text, argument));
}

std::vector<PlacedRange> place(const FileArgument& argument, Bytes content, const flash::Layout& layout) {
  if (content.empty())
    throw BadInput(fmt::format("'{}' is empty: there is nothing to place.", argument.file));
  const FileKind kind = recognise(content);
  if (kind == FileKind::ota_file) return place_ota_file(argument, content, layout);

  std::uint32_t address = 0;
  if (argument.address) {
    address = *argument.address;
  } else if (kind == FileKind::image2) {
    address = layout.ota1.address();
  } else if (kind == FileKind::boot_image) {
    address = boot_address(argument.file, content, layout);
  } else {
    ask_for_address(argument.file, "is no OTA file, image 2 or boot image");
  }
  return {{argument.file, "", kind, address, static_cast<std::uint32_t>(content.size())}};
}

}  // namespace otaru::host
