#include "sketch_run.hpp"

#include <cstdio>

#include <fmt/format.h>

#include <otaru/host/sketch_build.hpp>
#include <otaru/os/running_program.hpp>

namespace otaru::cli {

void become_sketch(const std::filesystem::path& sketch, const std::vector<std::string>& words) {
  const host::SketchKit kit = host::read_sketch_kit(os::own_program().parent_path());
  const host::BuiltSketch built = host::build_sketch(sketch, kit, host::sketch_cache());
  fmt::print(stderr, "{}", built.compiler_said);
  std::fflush(stdout);
  os::become(built.program, words);
}

}  // namespace otaru::cli
