// Realtek's AmebaD packages, as the boards manager of an Arduino IDE leaves them on disk.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace otaru::host {

/// A board of a package's boards.txt.
struct IdeBoard {
  std::string id;                                            ///< `Ai-Thinker_BW16`
  std::string chip;                                          ///< `build.mcu`: `RTL8720DN`
  std::string tool;                                          ///< `upload.tool`: `ameba_d_tools`
  std::vector<std::pair<std::string, std::string>> usb_ids;  ///< `vid.N` and `pid.N`
  int upload_ports = 0;  ///< the number behind the greatest `upload_port.N`
};

struct IdePackage {
  std::filesystem::path folder;  ///< has boards.txt and platform.txt: `.../realtek/hardware/AmebaD/3.1.9`
  std::string version;           ///< the folder's name
  std::filesystem::path tools;   ///< `.../realtek/tools`; may not exist
  std::vector<IdeBoard> boards;  ///< those with a tool, in the order of the file
};

/// The boards of the text of a boards.txt.
std::vector<IdeBoard> read_boards(std::string_view boards_txt);

/// Looks for packages. A place may be the data folder of an IDE (`Arduino15`), its `packages`, the folder of
/// a portable IDE, a home folder of Linux, macOS or Windows, the vendor's or the package's own folder;
/// capitals in `realtek` and `AmebaD` do not matter. A place that does not exist is passed over.
///
/// @return  each package once, by path
/// @throws BadInput  a boards.txt cannot be read
std::vector<IdePackage> find_ide_packages(const std::vector<std::filesystem::path>& places);

}  // namespace otaru::host
