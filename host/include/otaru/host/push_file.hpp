// The file that is pushed: an OTA file, or an image 2 that becomes one on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <otaru/bytes.hpp>
#include <otaru/host/finding.hpp>

namespace otaru::host {

/// An OTA file with one image, checked: what a board takes.
struct PushFile {
  std::string name;               ///< as the user gave it
  bool packed = false;            ///< it was an image 2
  std::uint32_t version = 0;      ///< firmware version
  std::vector<std::byte> bytes;   ///< the whole OTA file
  std::vector<Finding> warnings;  ///< what deserves a look before it is sent
  bool force = false;             ///< ask the board to take an image that it tried and rejected before
};

/// Reads and checks the file, by the rules that the board will apply.
/// @throws BadInput  it is missing or unreadable, no OTA file or image 2, damaged, or holds more than one
/// image
PushFile load_push_file(const std::filesystem::path& path);

/// The same for bytes that are already here; `name` is what the messages call them.
PushFile check_push_file(std::string name, std::vector<std::byte> bytes);

}  // namespace otaru::host
