// Whole files in, whole files out.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

#include <otaru/bytes.hpp>
#include <otaru/os/file_replacement.hpp>

namespace otaru::host {

/// Larger files are refused unread: the largest flash part of this family has 16 MiB.
inline constexpr std::size_t kLargestInput = std::size_t{64} << 20;

/// The whole content of a file.
/// @throws BadInput  if it is missing, a folder, unreadable or larger than kLargestInput
std::vector<std::byte> read_file(const std::filesystem::path& path);

using Access = os::FileAccess;

/// Puts `content` into a file, wholly or not at all: it is written beside the target and then renamed, so a
/// failure or a kill leaves the old file, or none. A target that is a device or a pipe is written directly.
/// @throws BadInput  if the target is a folder or cannot be written
void write_file(const std::filesystem::path& path, Bytes content, Access access = Access::usual);
void write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace otaru::host
