// What a file is, told by its first bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include <otaru/bytes.hpp>

namespace otaru::host {

enum class FileKind : std::uint8_t { ota_file, image2, boot_image, unknown };

/// For JSON: `ota`, `image2`, `boot`, `unknown`.
std::string_view name(FileKind kind) noexcept;
/// For people: `OTA file`, ...
std::string_view title(FileKind kind) noexcept;

/// Tells what `content` is, or was meant to be: a file whose header has one wrong field is still recognised,
/// so that the report can say which. Says nothing about whether the file is right.
FileKind recognise(Bytes content) noexcept;

}  // namespace otaru::host
