// Untested: written to the published interfaces, and run by nobody yet.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <system_error>

#include <mach-o/dyld.h>

#include <otaru/os/folders.hpp>

namespace otaru::os {
namespace {

namespace fs = std::filesystem;

fs::path library_folder() {
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? fs::path() : fs::path(home) / "Library";
}

}  // namespace

fs::path settings_folder() {
  const fs::path library = library_folder();
  return library.empty() ? library : library / "Application Support";
}

std::vector<fs::path> arduino_folders() {
  const fs::path library = library_folder();
  if (library.empty()) return {};
  return {library / "Arduino15"};
}

fs::path running_program() {
  std::uint32_t size = 0;
  (void)_NSGetExecutablePath(nullptr, &size);  // tells the size
  std::string path(size, '\0');
  if (_NSGetExecutablePath(path.data(), &size) != 0) return {};
  std::error_code error;
  return fs::canonical(path.c_str(), error);
}

}  // namespace otaru::os
