// Text that may stand in an SVG document.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace otaru::host {

/// `text` with `& < > " '` escaped; control characters and bytes that are not UTF-8 become `?`.
std::string svg_text(std::string_view text);

/// `text` in lines of at most `columns` bytes, broken at spaces where there are any.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

/// `text`, or its end behind `...` if it has more than `columns` bytes: of a path, the file's name stays.
std::string shortened(std::string_view text, std::size_t columns);

}  // namespace otaru::host
