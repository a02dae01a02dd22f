// Puts a file in place wholly or not at all.
#pragma once

#include <filesystem>
#include <system_error>

#include <otaru/bytes.hpp>

namespace otaru::os {

/// Who may read a file that is written.
enum class FileAccess : bool {
  usual,  ///< as new files of this user
  owner,  ///< the user alone
};

/// Writes `content` beside `target` and renames it, once it is on the disk: a failure, a kill or a power cut
/// leaves the old file, or none. A file there hands its permissions on, but to `owner`; a link there is gone.
/// @return why `target` is as it was
std::error_code replace_file(const std::filesystem::path& target, Bytes content, FileAccess access);

}  // namespace otaru::os
