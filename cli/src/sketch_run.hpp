// `otaru board run --sketch`: compiles a sketch and becomes the board that runs it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "context.hpp"

namespace otaru::cli {

/// Builds the sketch and goes on as its program with `words` as its command line. What the compiler warns of
/// goes to stderr. @throws host::BadInput  the sketch cannot be built
[[noreturn]] void become_sketch(const std::filesystem::path& sketch, const std::vector<std::string>& words);

}  // namespace otaru::cli
