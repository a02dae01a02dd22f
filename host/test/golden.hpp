// The reference vectors of test/golden.
#pragma once

#include <filesystem>
#include <vector>

#include <otaru/host/files.hpp>

namespace otaru::host {

inline std::vector<std::byte> golden(const char* name) {
  return read_file(std::filesystem::path(OTARU_SOURCE_DIR) / "test/golden" / name);
}

}  // namespace otaru::host
