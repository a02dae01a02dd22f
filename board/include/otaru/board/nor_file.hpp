// A flash part's bytes in a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>

#include <otaru/bytes.hpp>

namespace otaru::board {

/// Why a flash file cannot be used, and what to do about it.
class NorFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A flash file, mapped into memory and locked, so that no two boards share one.
///
/// What is stored in `bytes()` is in the file at once, also if the process is killed. The file is not
/// flushed to disk: a crash of the computer itself may lose the last seconds.
class NorFile {
 public:
  /// Opens the file of `size` bytes at `path`. If there is none, makes one that holds `fresh` (`size`
  /// bytes), or 0xFF throughout if `fresh` is empty; the file appears whole or not at all, and only its
  /// owner may read it, for it holds the board's settings. A kill meanwhile can leave a draft, the same
  /// name and six characters more, which is of no use and may be removed.
  ///
  /// Throws NorFileError if the file has another size, is another board's at the moment, or cannot be
  /// opened, made or mapped.
  NorFile(const std::filesystem::path& path, std::uint32_t size, Bytes fresh = {});
  ~NorFile();

  NorFile(NorFile&& from) noexcept;
  NorFile& operator=(NorFile&&) = delete;

  MutableBytes bytes() noexcept { return bytes_; }

  /// True if this call made the file.
  bool created() const noexcept { return created_; }

 private:
  int fd_ = -1;  // holds the lock
  MutableBytes bytes_;
  bool created_ = false;
};

}  // namespace otaru::board
