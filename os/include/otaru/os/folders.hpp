// Where this person's files are, and where this program is.
#pragma once

#include <filesystem>
#include <vector>

namespace otaru::os {

/// Where programs keep what this person has set: Linux `$XDG_CONFIG_HOME`, else `~/.config`; macOS
/// `~/Library/Application Support`; Windows `%APPDATA%`. Empty if the system names none. May not exist yet.
std::filesystem::path settings_folder();

/// Where the Arduino IDE and arduino-cli keep installed board packages, whether or not it exists: Linux
/// `~/.arduino15` (and those of the snap and the flatpak), macOS `~/Library/Arduino15`, Windows
/// `%LOCALAPPDATA%\Arduino15` and, of the store's IDE, `Documents\ArduinoData`.
std::vector<std::filesystem::path> arduino_folders();

/// Full path of the program that runs, links resolved. Empty if the system does not tell.
std::filesystem::path running_program();

}  // namespace otaru::os
