// Builds OTA files from images.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <otaru/flash/layout.hpp>
#include <otaru/host/finding.hpp>
#include <otaru/image/ota_file.hpp>

namespace otaru::host {

/// Whose flash addresses to write; boards ignore them. All other bytes are the same.
enum class Compatibility : std::uint8_t {
  none,       ///< the slot's address in the layout; 0xFFFFFFFF for RDP, which the map has no place for
  imagetool,  ///< the stock GUI tool: 0x0800B000, 0x08080000, 0x080FF000, from an older chip
  sdk,        ///< the SDK's script: 0xFFFFFFFF
};

/// One image to pack: its content, and the name of its file for messages.
struct ImageInput {
  image::ImageId id = image::ImageId::ota1;
  std::string file;
  std::vector<std::byte> content;
};

struct PackOptions {
  std::uint32_t version = image::kDefaultVersion;
  Compatibility compatibility = Compatibility::none;
  std::optional<std::uint32_t> address;  ///< of the first image, instead of the one by `compatibility`
  const flash::Layout* layout = &flash::kAmebaD2Mb;
};

struct PackedFile {
  std::vector<std::byte> content;  ///< the OTA file
  image::OtaHeader header;
  Findings findings;  ///< with problems the file should not be written, unless a person insists
};

/// The flash address that stands in the header of image `id`.
std::uint32_t flash_address(image::ImageId id, const PackOptions& options) noexcept;

/// Builds the file and checks what goes into it: the first image by core's rules for image 2, every size
/// against its slot, and the stated addresses against each other. The content is built whatever is found.
///
/// @param inputs  1 to 3 images, in the order of their ids, each id at most once
/// @throws BadInput  if an image is empty: no reader takes such a file
PackedFile pack(const std::vector<ImageInput>& inputs, const PackOptions& options);

/// One object; its keys do not change: `output` (null if nothing was written), `size`, `sha256`, `version`,
/// `images` (each `id`, `file`, `offset`, `length`, `sum`, `flash_address`), `problems`, `warnings`.
nlohmann::ordered_json to_json(const PackedFile& packed, const std::vector<ImageInput>& inputs,
                               const std::optional<std::string>& output);

/// For people: what was written, and a table of the images.
std::string to_text(const PackedFile& packed, const std::vector<ImageInput>& inputs,
                    const std::string& output);

}  // namespace otaru::host
