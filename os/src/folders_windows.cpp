#include <array>
#include <cstdlib>

#include <windows.h>

#include <otaru/os/folders.hpp>

namespace otaru::os {
namespace {

namespace fs = std::filesystem;

fs::path variable(const wchar_t* name) {
  const wchar_t* value = ::_wgetenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

}  // namespace

fs::path settings_folder() {
  return variable(L"APPDATA");
}

std::vector<fs::path> arduino_folders() {
  std::vector<fs::path> folders;
  if (const fs::path local = variable(L"LOCALAPPDATA"); !local.empty())
    folders.push_back(local / "Arduino15");
  // The IDE of the Windows store.
  if (const fs::path home = variable(L"USERPROFILE"); !home.empty())
    folders.push_back(home / "Documents" / "ArduinoData");
  return folders;
}

fs::path running_program() {
  std::array<wchar_t, 32768> path{};  // the longest that there is
  const DWORD length = ::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
  return length == 0 || length >= path.size() ? fs::path() : fs::path(path.data());
}

}  // namespace otaru::os
