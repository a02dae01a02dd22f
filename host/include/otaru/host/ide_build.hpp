// What happens after each compilation in the IDE: the sketch's image becomes an OTA file where people look
// for it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <otaru/host/ota_builder.hpp>

namespace otaru::host {

/// Where the IDE has put what it built.
struct IdeBuild {
  std::filesystem::path folder;  ///< `{build.path}`
  std::string sketch;            ///< `{build.project_name}`: `Blinky.ino`
  std::filesystem::path
      image;  ///< `km0_km4_image2.bin` in the tools folder, where the package's tool makes it
};

/// What became of a build.
struct IdeBuildReport {
  PackedFile packed;
  std::vector<std::filesystem::path> written;  ///< the OTA files; none if the image is no good for one
};

/// Packs the image: `OTA_All.bin` and `SKETCH.ota.bin` beside the sketch's binary, and `misc/OTA_All.bin`
/// beside the image, as Ameba's guide asks; a file that somebody else had put there is kept as
/// `OTA_All.bin.before-otaru`. Copies the image beside the sketch's binary as well. If the image cannot be
/// sent over the air (say, it is too large for a slot), what lay there of an earlier build is removed: a
/// wrong file must not be sent. Files are written whole or not at all.
///
/// @throws BadInput  there is no image, or a file cannot be written
IdeBuildReport finish_ide_build(const IdeBuild& build);

/// The file to send after a build: `OTA_All.bin` in its folder, else `SKETCH.ota.bin` (all that an exported
/// build has), else the image.
/// @throws BadInput  there is none of them
std::filesystem::path file_to_upload(const std::filesystem::path& build_folder, const std::string& sketch);

/// Takes away what builds have put into the `misc` folders of a tool's versions, and puts back what was there
/// before. A file that was changed since is kept.
///
/// @param tool     `.../realtek/tools/ameba_d_tools`
/// @param changed  grows by the files that were removed or put back
/// @param kept     grows by a sentence for each file that was kept
void restore_misc_folders(const std::filesystem::path& tool, std::vector<std::filesystem::path>& changed,
                          std::string& kept);

}  // namespace otaru::host
