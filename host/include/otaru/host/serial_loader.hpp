// The vendor's loader: found in an installed Arduino AmebaD package, never part of this project.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

namespace otaru::host::serial {

inline constexpr std::string_view kLoaderName = "imgtool_flashloader_amebad.bin";

/// The loader in the newest version of the tools below `folders` (those of os::arduino_folders()), or an
/// empty path.
std::filesystem::path find_loader(const std::vector<std::filesystem::path>& folders);

/// Reads `given`, or if that is empty the loader below `folders`.
/// @throws BadInput  if there is none, or if the file cannot be one; says what to do
std::vector<std::byte> load_loader(const std::filesystem::path& given,
                                   const std::vector<std::filesystem::path>& folders);

}  // namespace otaru::host::serial
