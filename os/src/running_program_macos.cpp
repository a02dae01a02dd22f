// Written to the published interface; untested.
#include <system_error>

#include <mach-o/dyld.h>

#include <otaru/os/running_program.hpp>

namespace otaru::os {

std::filesystem::path own_program() {
  std::uint32_t size = 0;
  ::_NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  if (::_NSGetExecutablePath(path.data(), &size) != 0)
    throw std::system_error(std::make_error_code(std::errc::no_such_file_or_directory),
                            "the program's own path");
  return std::filesystem::canonical(path.c_str());
}

}  // namespace otaru::os
