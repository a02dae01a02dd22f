#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string_view>
#include <system_error>

#include <otaru/host/files.hpp>
#include <otaru/host/ide_packages.hpp>

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::vector<fs::path> folders_in(const fs::path& place) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(place, error), end; !error && at != end; at.increment(error))
    if (at->is_directory(error)) found.push_back(at->path());
  return found;
}

std::vector<fs::path> folders_named(const fs::path& place, const std::string& name) {
  std::vector<fs::path> found = folders_in(place);
  std::erase_if(found,
                [&](const fs::path& folder) { return lower_case(folder.filename().string()) != name; });
  return found;
}

bool is_package(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / "boards.txt", error) &&
         fs::is_regular_file(folder / "platform.txt", error);
}

void collect_versions(const fs::path& architecture, std::set<fs::path>& found) {
  for (const fs::path& version : folders_in(architecture))
    if (is_package(version)) found.insert(fs::canonical(version));
}

void collect_of_vendor(const fs::path& vendor, std::set<fs::path>& found) {
  for (const fs::path& architecture : folders_named(vendor / "hardware", "amebad"))
    collect_versions(architecture, found);
}

void collect(const fs::path& place, std::set<fs::path>& found) {
  if (is_package(place)) {
    found.insert(fs::canonical(place));
    return;
  }
  if (lower_case(place.filename().string()) == "amebad") collect_versions(place, found);
  collect_of_vendor(place, found);
  for (const fs::path& packages :
       {place, place / "packages", place / "portable/packages", place / ".arduino15/packages",
        place / "Library/Arduino15/packages", place / "AppData/Local/Arduino15/packages",
        place / "Documents/ArduinoData/packages"})
    for (const fs::path& vendor : folders_named(packages, "realtek")) collect_of_vendor(vendor, found);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The number of `upload_port.N.key`, and -1 of other keys.
int number_after(std::string_view key, std::string_view prefix) {
  if (!key.starts_with(prefix)) return -1;
  key.remove_prefix(prefix.size());
  int number = -1;
  std::from_chars(key.data(), key.data() + key.size(), number);
  return number;
}

using Properties = std::map<std::string, std::string, std::less<>>;

std::string value_of(const Properties& properties, const std::string& key) {
  const auto found = properties.find(key);
  return found == properties.end() ? std::string() : found->second;
}

IdeBoard board_of(const std::string& id, const Properties& properties) {
  IdeBoard board;
  board.id = id;
  board.chip = value_of(properties, "build.mcu");
  board.tool = value_of(properties, "upload.tool");
  for (const auto& [key, value] : properties) {
    board.upload_ports = std::max(board.upload_ports, number_after(key, "upload_port.") + 1);
    if (number_after(key, "vid.") < 0 && key != "vid") continue;
    const std::string product = value_of(properties, "pid" + key.substr(3));
    if (!product.empty()) board.usb_ids.emplace_back(value, product);
  }
  return board;
}

}  // namespace

std::vector<IdeBoard> read_boards(std::string_view boards_txt) {
  std::vector<std::string> order;
  std::map<std::string, Properties> boards;
  while (!boards_txt.empty()) {
    const std::size_t end = std::min(boards_txt.find('\n'), boards_txt.size() - 1);
    const std::string_view line = trimmed(boards_txt.substr(0, end + (boards_txt[end] == '\n' ? 0 : 1)));
    boards_txt.remove_prefix(end + 1);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    const std::string_view key = trimmed(line.substr(0, equals));
    const std::size_t dot = key.find('.');
    if (dot == std::string_view::npos || key.starts_with("menu.")) continue;
    const std::string id(key.substr(0, dot));
    if (!boards.contains(id)) order.push_back(id);
    boards[id][std::string(key.substr(dot + 1))] = trimmed(line.substr(equals + 1));
  }
  std::vector<IdeBoard> found;
  for (const std::string& id : order)
    if (IdeBoard board = board_of(id, boards[id]); !board.tool.empty()) found.push_back(std::move(board));
  return found;
}

std::vector<IdePackage> find_ide_packages(const std::vector<fs::path>& places) {
  std::set<fs::path> folders;
  for (const fs::path& place : places) {
    // `AmebaD/` and `.` have their name too.
    std::error_code error;
    const fs::path whole = fs::canonical(place, error);
    if (!error) collect(whole, folders);
  }
  std::vector<IdePackage> packages;
  for (const fs::path& folder : folders) {
    const std::vector<std::byte> boards = read_file(folder / "boards.txt");
    packages.push_back({folder, folder.filename().string(),
                        folder.parent_path().parent_path().parent_path() / "tools",
                        read_boards({reinterpret_cast<const char*>(boards.data()), boards.size()})});
  }
  return packages;
}

}  // namespace otaru::host
