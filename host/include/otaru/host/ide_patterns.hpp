// What Otaru adds to an AmebaD package: lines for platform.local.txt and boards.local.txt.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <otaru/host/ide_packages.hpp>

namespace otaru::host {

/// Lines for `platform.local.txt`: a hook after each compilation, and the command of Upload to a network
/// port, once for IDE 1.8 (`upload.network_pattern`) and once for IDE 2 and arduino-cli (a tool `otaru` and a
/// discovery).
///
/// @param program  full path of otaru
/// @throws BadInput  a path like this cannot stand in a pattern: it has `"`, `{`, `}` or a line end in it
std::string platform_lines(const IdePackage& package, const std::filesystem::path& program);

/// Lines for `boards.local.txt`: which tool uploads to which kind of port, and how boards announce
/// themselves. Of use to IDE 2 and arduino-cli alone.
std::string boards_lines(const IdePackage& package);

/// The program that such lines of `platform.local.txt` name; empty if none.
std::filesystem::path program_in(std::string_view platform_lines);

}  // namespace otaru::host
