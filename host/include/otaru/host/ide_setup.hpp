// `otaru ide install`, `status` and `uninstall`: what they do to one package.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <otaru/host/ide_packages.hpp>

namespace otaru::host {

enum class IdeState : std::uint8_t {
  installed,
  not_installed,
  out_of_date,  ///< by another version, or from where another otaru lies; `install` brings it up to date
  damaged,      ///< half of it is missing, was changed by hand, or the program is gone
};

/// `installed`, `not_installed`, `out_of_date`, `damaged`.
std::string_view to_string(IdeState state) noexcept;

/// How a package is, and what was done to it.
struct IdeReport {
  std::filesystem::path folder;
  std::string version;
  IdeState state = IdeState::not_installed;
  std::filesystem::path program;  ///< that its patterns name; empty if none
  std::string message;  ///< for people: what is wrong and what to do; empty if there is nothing to say
  std::vector<std::filesystem::path> changed;  ///< files that were written or removed
};

/// How the package is, for an otaru that lies at `program`. Reads only.
IdeReport ide_status(const IdePackage& package, const std::filesystem::path& program);

/// Adds our lines to the package's `platform.local.txt` and `boards.local.txt`, which it makes if they are
/// not there. Other lines stay. Does nothing to a package that is as it should be. Each file is written whole
/// or not at all; a power cut between both leaves a damaged state, which another install repairs.
///
/// @param force  also over lines of ours that somebody has changed
/// @throws BadInput  they were changed, and not `force`; or a file cannot be read or written
IdeReport ide_install(const IdePackage& package, const std::filesystem::path& program, bool force);

/// Takes our lines out again, and what compilations left in the `misc` folder: every file is as it was
/// before, to the byte. What others have changed since stays.
///
/// @param force  also lines of ours that somebody has changed
/// @throws BadInput  they were changed, and not `force`; or a file cannot be read or written
IdeReport ide_uninstall(const IdePackage& package, const std::filesystem::path& program, bool force);

/// Its keys do not change: `package`, `version`, `state`, `program` (null if none), `message`, `changed`.
nlohmann::ordered_json to_json(const IdeReport& report);

}  // namespace otaru::host
