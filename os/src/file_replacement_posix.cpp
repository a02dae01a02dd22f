#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include <otaru/os/file_replacement.hpp>

namespace otaru::os {
namespace {

/// A file that vanishes unless it was kept.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string pattern)
      : name_(std::move(pattern)), descriptor_(::mkstemp(name_.data())) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!kept_) ::unlink(name_.c_str());
  }

  int descriptor() const noexcept { return descriptor_; }
  bool rename_to(const std::filesystem::path& target) noexcept {
    kept_ = ::rename(name_.c_str(), target.c_str()) == 0;
    return kept_;
  }

 private:
  std::string name_;
  int descriptor_;
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
  return static_cast<mode_t>(0666 & ~mask);
}

/// The new file belongs to whom the old one did, as far as this user may give files away.
void keep_owner(int descriptor, const struct stat& old) noexcept {
  const bool kept = ::fchown(descriptor, old.st_uid, old.st_gid) == 0 ||
                    ::fchown(descriptor, static_cast<uid_t>(-1), old.st_gid) == 0;
  static_cast<void>(kept);
}

}  // namespace

std::error_code replace_file(const std::filesystem::path& target, Bytes content, FileAccess access) {
  TemporaryFile file(target.string() + ".XXXXXX");
  mode_t permissions = access == FileAccess::owner ? 0600 : usual_permissions();
  struct stat old {};
  if (file.descriptor() >= 0 && ::lstat(target.c_str(), &old) == 0 && S_ISREG(old.st_mode)) {
    keep_owner(file.descriptor(), old);
    if (access == FileAccess::usual) permissions = old.st_mode & 0777u;
  }
  const bool done = file.descriptor() >= 0 && write_all(file.descriptor(), content) &&
                    ::fchmod(file.descriptor(), permissions) == 0 && ::fsync(file.descriptor()) == 0 &&
                    file.rename_to(target);
  return done ? std::error_code() : std::error_code(errno, std::generic_category());
}

}  // namespace otaru::os
