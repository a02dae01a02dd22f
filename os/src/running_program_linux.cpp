#include <otaru/os/running_program.hpp>

namespace otaru::os {

std::filesystem::path own_program() {
  return std::filesystem::read_symlink("/proc/self/exe");
}

}  // namespace otaru::os
