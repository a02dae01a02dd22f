#include <cstdlib>

#include <otaru/os/program.hpp>

namespace otaru::os {

std::vector<std::string> start_program(int argc, char** argv) {
  return {argv, argv + argc};
}

std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace otaru::os
