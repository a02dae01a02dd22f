// Compiles a sketch into a program for this machine: a board, for `otaru board run --sketch`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace otaru::host {

/// What sketches are compiled and linked with: left by the build beside the program.
struct SketchKit {
  std::filesystem::path compiler;
  std::vector<std::string> flags;               ///< for each source
  std::vector<std::filesystem::path> includes;  ///< folders with headers
  std::vector<std::string> link;                ///< behind the objects; paths and flags

  static constexpr const char* kFileName = "otaru-sketch.kit";
};

/// Reads the kit. @param folder  that of the running program
/// @throws BadInput  there is none, or it names what is not there; what() says what to do
SketchKit read_sketch_kit(const std::filesystem::path& folder);

struct BuiltSketch {
  std::filesystem::path program;
  bool from_cache = false;
  std::string compiler_said;  ///< warnings, one a line
};

/// Where built sketches are kept: below XDG_CACHE_HOME, else ~/.cache, else the system's folder for temporary
/// files.
std::filesystem::path sketch_cache();

/// Builds the sketch in the folder `sketch` (or with that main .ino file), or takes what was built before of
/// the same contents, compiler and libraries. Takes seconds. The cache keeps one program for each sketch; a
/// program that runs goes on when a newer one takes its place.
/// @throws BadInput  there is no sketch, or it does not compile: what() has what the compiler says
BuiltSketch build_sketch(const std::filesystem::path& sketch, const SketchKit& kit,
                         const std::filesystem::path& cache);

}  // namespace otaru::host
