#include <algorithm>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/ide_build.hpp>
#include <otaru/host/sha256.hpp>

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOtaFile = "OTA_All.bin";
constexpr const char* kOthersFile = "OTA_All.bin.before-otaru";
// Remembers the SHA-256 of what was put into the folder, the newest first, and whether the folder was made
// for it.
constexpr const char* kNote = ".otaru";
constexpr std::string_view kFolderMade = " folder-made";

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

std::string digest_of(const fs::path& file) {
  return hex(sha256(Bytes(read_file(file))));
}

/// Whether a build has put the file there.
bool is_ours(const fs::path& file, const std::string& note) {
  return note.find(digest_of(file)) != std::string::npos;
}

std::string read_note(const fs::path& misc) {
  if (!is_there(misc / kNote)) return {};
  const std::vector<std::byte> note = read_file(misc / kNote);
  return {reinterpret_cast<const char*>(note.data()), note.size()};
}

void rename_file(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error)
    throw BadInput(fmt::format("Cannot rename '{}': {}. Check the permissions of its folder.", from.string(),
                               error.message()));
}

/// @param content  nothing: what an earlier build left goes
void write_misc(const fs::path& misc, const std::optional<Bytes>& content) {
  const std::string note = read_note(misc);
  const fs::path file = misc / kOtaFile;
  std::error_code error;
  if (!content) {
    // A file that is not of a build of ours is nobody's danger but its owner's.
    if (is_there(file) && is_ours(file, note)) fs::remove(file, error);
    return;
  }
  const bool folder_made = note.empty() ? fs::create_directory(misc, error) : note.ends_with(kFolderMade);
  // Both digests stand in the note while the file is exchanged: a power cut does not make it a stranger's.
  std::string digests = hex(sha256(*content));
  if (is_there(file)) {
    if (is_ours(file, note)) {
      digests += " " + digest_of(file);
    } else if (!is_there(misc / kOthersFile)) {
      rename_file(file, misc / kOthersFile);
    }
  }
  write_file(misc / kNote, digests + std::string(folder_made ? kFolderMade : ""));
  write_file(file, *content);
}

void restore_misc(const fs::path& misc, std::vector<fs::path>& changed, std::string& kept) {
  const std::string note = read_note(misc);
  if (note.empty()) return;
  const fs::path file = misc / kOtaFile;
  std::error_code error;
  if (is_there(file) && !is_ours(file, note)) {
    kept += fmt::format("'{}' is not of the last compilation, so it is left where it is.", file.string());
    if (is_there(misc / kOthersFile)) kept += fmt::format(" The one before is '{}'.", kOthersFile);
    fs::remove(misc / kNote, error);
    return;
  }
  if (is_there(misc / kOthersFile)) {
    rename_file(misc / kOthersFile, file);
    changed.push_back(file);
  } else if (fs::remove(file, error)) {
    changed.push_back(file);
  }
  fs::remove(misc / kNote, error);
  if (note.ends_with(kFolderMade)) fs::remove(misc, error);  // does nothing if something is in it
}

void write_if_other(const fs::path& path, Bytes content) {
  if (is_there(path)) {
    const std::vector<std::byte> old = read_file(path);
    if (std::ranges::equal(old, content)) return;
  }
  write_file(path, content);
}

}  // namespace

IdeBuildReport finish_ide_build(const IdeBuild& build) {
  if (!is_there(build.image))
    throw BadInput(
        fmt::format("This compilation has left no '{}': the package's own tool failed. Its words stand "
                    "above; File > Preferences > Show verbose output shows more.",
                    build.image.string()));
  const std::vector<std::byte> image = read_file(build.image);
  write_if_other(build.folder / build.image.filename(), image);

  std::vector<fs::path> places = {build.folder / kOtaFile};
  if (!build.sketch.empty()) places.push_back(build.folder / (build.sketch + ".ota.bin"));
  const fs::path misc = build.image.parent_path() / "misc";

  IdeBuildReport report;
  report.packed = pack({{image::ImageId::ota1, build.image.filename().string(), image}}, PackOptions{});
  if (!report.packed.findings.ok()) {
    std::error_code error;
    for (const fs::path& place : places) fs::remove(place, error);
    write_misc(misc, std::nullopt);
    return report;
  }
  for (const fs::path& place : places) write_file(place, Bytes(report.packed.content));
  write_misc(misc, Bytes(report.packed.content));
  places.push_back(misc / kOtaFile);
  report.written = std::move(places);
  return report;
}

fs::path file_to_upload(const fs::path& build_folder, const std::string& sketch) {
  for (const std::string& name :
       {std::string(kOtaFile), sketch + ".ota.bin", std::string("km0_km4_image2.bin")})
    if (is_there(build_folder / name)) return build_folder / name;
  throw BadInput(
      fmt::format("In '{}' there is no OTA_All.bin: the sketch was not compiled since `otaru ide install`, "
                  "or the set-up is damaged. Compile it again; `otaru ide status` tells how the IDE is "
                  "set up.",
                  build_folder.string()));
}

void restore_misc_folders(const fs::path& tool, std::vector<fs::path>& changed, std::string& kept) {
  std::error_code error;
  for (fs::directory_iterator at(tool, error), end; !error && at != end; at.increment(error))
    restore_misc(at->path() / "misc", changed, kept);
}

}  // namespace otaru::host
