#include <algorithm>
#include <cctype>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/file_kind.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/serial_loader.hpp>

namespace otaru::host::serial {
namespace {

namespace fs = std::filesystem;

// The RAM behind the place where it is started; the vendor's has less than 5 KB.
constexpr std::size_t kLargestLoader = 0x1'0000;
constexpr int kDeepest = 8;

/// 1.0.9 before 1.0.10: runs of digits compare as numbers.
bool older(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!digit(a[i]) || !digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
      continue;
    }
    const auto number = [&](const std::string& text, std::size_t& at) {
      const std::size_t start = text.find_first_not_of('0', at);
      std::size_t end = at;
      while (end < text.size() && digit(text[end])) ++end;
      std::string digits = start < end ? text.substr(start, end - start) : "";
      at = end;
      return digits;
    };
    const std::string first = number(a, i);
    const std::string second = number(b, j);
    if (first.size() != second.size()) return first.size() < second.size();
    if (first != second) return first < second;
  }
  return a.size() - i < b.size() - j;
}

}  // namespace

fs::path find_loader(const std::vector<fs::path>& folders) {
  fs::path best;
  for (const fs::path& folder : folders) {
    for (const char* place : {"packages/realtek/tools", "packages/realtek/hardware"}) {
      std::error_code error;
      fs::recursive_directory_iterator entry(folder / place, fs::directory_options::skip_permission_denied,
                                             error);
      for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (entry.depth() >= kDeepest) entry.disable_recursion_pending();
        if (entry->path().filename() != kLoaderName || !entry->is_regular_file(error)) continue;
        if (best.empty() || older(best.string(), entry->path().string())) best = entry->path();
      }
    }
    if (!best.empty()) return best;
  }
  return best;
}

std::vector<std::byte> load_loader(const fs::path& given, const std::vector<fs::path>& folders) {
  const fs::path path = given.empty() ? find_loader(folders) : given;
  if (path.empty())
    throw BadInput(fmt::format(
        "No loader was found. The chip's ROM cannot write flash by itself: it needs the vendor's {}, "
        "which comes with the Arduino package \"Realtek Ameba Boards (AmebaD)\". Install that in the "
        "IDE's boards manager, or give the file with --loader.",
        kLoaderName));
  std::vector<std::byte> loader = read_file(path);
  const FileKind kind = recognise(loader);
  if (loader.empty() || loader.size() > kLargestLoader || kind != FileKind::unknown)
    throw BadInput(fmt::format("'{}' is no loader: {}. Give {} with --loader.", path.string(),
                               loader.empty()                   ? std::string("it is empty")
                               : loader.size() > kLargestLoader ? std::string("it is too large")
                                                                : "it is an " + std::string(title(kind)),
                               kLoaderName));
  return loader;
}

}  // namespace otaru::host::serial
