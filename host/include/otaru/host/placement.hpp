// Which flash addresses a file named on the command line takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <otaru/bytes.hpp>
#include <otaru/host/memory_layout.hpp>

namespace otaru::host {

/// `FILE` or `FILE@ADDRESS`.
struct FileArgument {
  std::string file;
  std::optional<std::uint32_t> address;
};

/// Splits at the last `@` if a number follows it.
/// @throws BadInput  if something else follows it and there is no file of the whole name
FileArgument parse_file_argument(std::string_view argument);

/// The ranges that `content` takes: at the given address; else the images of an OTA file at their stated
/// addresses, or in the slot of their id if that is not in flash; an image 2 in OTA1; a boot image in the
/// boot region that its load address or its file name tells.
///
/// @throws BadInput  if the file is empty, if its OTA header is damaged, if nothing tells where it goes, or
/// if
///                   one address is given for several images
std::vector<PlacedRange> place(const FileArgument& argument, Bytes content, const flash::Layout& layout);

}  // namespace otaru::host
