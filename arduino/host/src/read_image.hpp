// The first image of a board, from its file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace otaru::sketch {

/// The whole file. `otaru board run` has looked into it. @throws std::runtime_error  it cannot be read
std::vector<std::byte> read_image(const std::filesystem::path& path);

}  // namespace otaru::sketch
