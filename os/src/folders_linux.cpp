#include <cstdlib>
#include <system_error>

#include <pwd.h>
#include <unistd.h>

#include <otaru/os/folders.hpp>

namespace otaru::os {
namespace {

namespace fs = std::filesystem;

fs::path variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

fs::path home_folder() {
  if (const fs::path home = variable("HOME"); !home.empty()) return home;
  const passwd* person = ::getpwuid(::getuid());
  return person == nullptr || person->pw_dir == nullptr ? fs::path() : fs::path(person->pw_dir);
}

}  // namespace

fs::path settings_folder() {
  // Relative paths are to be passed over: XDG Base Directory Specification.
  if (const fs::path config = variable("XDG_CONFIG_HOME"); config.is_absolute()) return config;
  const fs::path home = home_folder();
  return home.empty() ? home : home / ".config";
}

std::vector<fs::path> arduino_folders() {
  const fs::path home = home_folder();
  if (home.empty()) return {};
  return {home / ".arduino15", home / "snap/arduino/current/.arduino15",
          home / ".var/app/cc.arduino.IDE2/.arduino15", home / ".var/app/cc.arduino.arduinoide/.arduino15"};
}

fs::path running_program() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

}  // namespace otaru::os
