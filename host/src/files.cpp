#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const fs::path& path, std::error_code reason) {
  throw BadInput(fmt::format("Cannot write '{}': {}. Choose a place that exists and that you may write to.",
                             path.string(), reason.message()));
}

void write_directly(const fs::path& path, Bytes content) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  if (!out.flush()) cannot_write(path, {errno, std::generic_category()});
}

/// What a link leads to, also where nothing is yet.
fs::path behind_links(fs::path path) {
  constexpr int kMostLinks = 40;  // as Linux: links may lead in a circle
  std::error_code error;
  for (int links = 0; links < kMostLinks && fs::is_symlink(fs::symlink_status(path, error)); ++links) {
    const fs::path next = fs::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / next;
  }
  return path;
}

}  // namespace

std::vector<std::byte> read_file(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error))
    throw BadInput(fmt::format("'{}' is a folder. Name a file.", path.string()));
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw BadInput(fmt::format("Cannot read '{}': {}. Check the name and the permissions.", path.string(),
                               std::strerror(errno)));
  }
  std::vector<std::byte> content;
  std::vector<char> chunk(std::size_t{1} << 16);
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
    const auto* bytes = reinterpret_cast<const std::byte*>(chunk.data());
    content.insert(content.end(), bytes, bytes + in.gcount());
    if (content.size() > kLargestInput) {
      throw BadInput(fmt::format(
          "'{}' is larger than 64 MiB, far more than any flash part. Name an image file.", path.string()));
    }
  }
  if (in.bad()) throw BadInput(fmt::format("Reading '{}' failed midway. Try a copy of it.", path.string()));
  return content;
}

void write_file(const fs::path& path, Bytes content, Access access) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status))
    throw BadInput(fmt::format("'{}' is a folder. Name a file to write to.", path.string()));
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_directly(path, content);

  // A link stays a link: what it points to is replaced.
  if (const std::error_code fault = os::replace_file(behind_links(path), content, access))
    cannot_write(path, fault);
}

void write_file(const fs::path& path, std::string_view content) {
  write_file(path, std::as_bytes(std::span(content)));
}

}  // namespace otaru::host
