// Linux shows the open files of each process in /proc/PID/fd (proc(5)).
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <unistd.h>

#include <otaru/os/port_holders.hpp>

namespace otaru::os {
namespace {

namespace fs = std::filesystem;

bool is_number(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool has_open(const fs::path& process, const fs::path& device) {
  std::error_code error;
  for (const fs::directory_entry& file : fs::directory_iterator(process / "fd", error)) {
    std::error_code gone;  // closed meanwhile
    if (fs::read_symlink(file.path(), gone) == device && !gone) return true;
  }
  return false;
}

std::string name_of(const fs::path& process) {
  std::string name;
  std::ifstream in(process / "comm");
  std::getline(in, name);
  return (name.empty() ? "a program" : name) + " (process " + process.filename().string() + ")";
}

}  // namespace

std::optional<std::vector<std::string>> port_holders(const std::string& path) {
  std::error_code error;
  const fs::path device = fs::canonical(path, error);
  std::vector<std::string> holders;
  if (error) return holders;
  const std::string own = std::to_string(::getpid());
  for (const fs::directory_entry& process : fs::directory_iterator("/proc", error)) {
    const std::string number = process.path().filename().string();
    if (is_number(number) && number != own && has_open(process.path(), device))
      holders.push_back(name_of(process.path()));
  }
  return holders;
}

}  // namespace otaru::os
