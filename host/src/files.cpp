#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int value) noexcept : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const noexcept { return value_; }

 private:
  int value_;
};

/// A file that vanishes unless it was kept.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string pattern) : name_(std::move(pattern)), file_(::mkstemp(name_.data())) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (file_.get() >= 0 && !kept_) ::unlink(name_.c_str());
  }

  int descriptor() const noexcept { return file_.get(); }
  bool rename_to(const fs::path& target) noexcept {
    kept_ = ::rename(name_.c_str(), target.c_str()) == 0;
    return kept_;
  }

 private:
  std::string name_;
  Descriptor file_;
  bool kept_ = false;
};

bool write_all(int descriptor, Bytes content) noexcept {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

/// The permissions that a newly created file would get; mkstemp gives fewer.
mode_t usual_permissions() noexcept {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

[[noreturn]] void cannot_write(const fs::path& path) {
  throw BadInput(fmt::format("Cannot write '{}': {}. Choose a place that exists and that you may write to.",
                             path.string(), std::strerror(errno)));
}

void write_directly(const fs::path& path, Bytes content) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  if (!out.flush()) cannot_write(path);
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
  const fs::path target = fs::exists(status) ? fs::canonical(path, error) : path;
  TemporaryFile file(target.string() + ".XXXXXX");
  if (file.descriptor() < 0) cannot_write(path);
  const mode_t permissions = access == Access::owner ? 0600 : usual_permissions();
  if (!write_all(file.descriptor(), content) || ::fchmod(file.descriptor(), permissions) != 0 ||
      ::fsync(file.descriptor()) != 0 || !file.rename_to(target)) {
    cannot_write(path);
  }
}

void write_file(const fs::path& path, std::string_view content) {
  write_file(path, std::as_bytes(std::span(content)));
}

}  // namespace otaru::host
