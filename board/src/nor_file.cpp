#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <otaru/board/nor_file.hpp>

namespace otaru::board {
namespace {

/// Closes a file, and so ends its lock, unless someone takes it.
class OpenFile {
 public:
  explicit OpenFile(int fd) noexcept : fd_(fd) {}
  OpenFile(OpenFile&& from) noexcept : fd_(from.take()) {}
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }

  explicit operator bool() const noexcept { return fd_ >= 0; }
  int fd() const noexcept { return fd_; }
  int take() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw NorFileError("flash file '" + path.string() + "' " + what);
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

void lock(int fd, const std::filesystem::path& path) {
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) fail(path, "belongs to a board that runs: stop it, or name another file");
  fail(path, "cannot be locked (" + reason(errno) + "): keep it on a local disk");
}

void write_all(int fd, Bytes data, const std::filesystem::path& path) {
  while (!data.empty()) {
    const ssize_t written = ::write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path, "cannot be written (" + reason(errno) + "): free some space");
    data = data.subspan(static_cast<std::size_t>(written));
  }
}

/// Makes the file, locked; nothing if another process was quicker. The content is written under another
/// name first, so that a kill on the way leaves no half of a flash file.
OpenFile make(const std::filesystem::path& path, Bytes content) {
  std::string draft = path.string() + ".XXXXXX";
  OpenFile file(::mkostemp(draft.data(), O_CLOEXEC));
  if (!file) fail(path, "cannot be made (" + reason(errno) + "): name one in a directory you may write to");
  try {
    lock(file.fd(), path);
    write_all(file.fd(), content, path);
  } catch (...) {
    ::unlink(draft.c_str());
    throw;
  }
  const int error = ::link(draft.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(draft.c_str());
  if (error == EEXIST) return OpenFile(-1);
  if (error != 0) fail(path, "cannot be made (" + reason(error) + "): name one on another disk");
  return file;
}

void check_size(int fd, std::size_t size, const std::filesystem::path& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) fail(path, "cannot be read (" + reason(errno) + ")");
  if (!S_ISREG(info.st_mode)) fail(path, "is not a regular file: name another one");
  if (info.st_size != static_cast<off_t>(size))
    fail(path, "holds " + std::to_string(info.st_size) + " bytes, but this board's flash has " +
                   std::to_string(size) +
                   ": choose the layout it was made with, or remove it to begin with a fresh board");
}

/// Opens the file, locked; nothing if there is none.
OpenFile open_existing(const std::filesystem::path& path, std::size_t size) {
  OpenFile file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (file) {
    check_size(file.fd(), size, path);
    lock(file.fd(), path);
  } else if (errno != ENOENT) {
    fail(path, "cannot be opened (" + reason(errno) + "): name a file you may read and write");
  }
  return file;
}

/// `created` is set if there was no file. Another process may make or remove the file meanwhile.
OpenFile open_or_make(const std::filesystem::path& path, Bytes fresh, bool& created) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    created = false;
    if (OpenFile file = open_existing(path, fresh.size())) return file;
    created = true;
    if (OpenFile file = make(path, fresh)) return file;
  }
  fail(path, "is a broken link: remove it, or name another file");
}

}  // namespace

NorFile::NorFile(const std::filesystem::path& path, std::uint32_t size, Bytes fresh) {
  const std::vector<std::byte> blank(fresh.empty() ? size : 0, std::byte{0xFF});
  if (fresh.empty()) fresh = blank;
  if (fresh.size() != size)
    fail(path, "cannot begin with " + std::to_string(fresh.size()) + " bytes: this board's flash has " +
                   std::to_string(size));

  OpenFile file = open_or_make(path, fresh, created_);
  void* mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd(), 0);
  if (mapped == MAP_FAILED) fail(path, "cannot be mapped (" + reason(errno) + "): keep it on a local disk");
  bytes_ = {static_cast<std::byte*>(mapped), size};
  fd_ = file.take();
}

NorFile::NorFile(NorFile&& from) noexcept
    : fd_(std::exchange(from.fd_, -1)), bytes_(std::exchange(from.bytes_, {})), created_(from.created_) {}

NorFile::~NorFile() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace otaru::board
