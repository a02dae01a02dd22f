// The Memory Layout bar as a picture.
#pragma once

#include <string>

#include <otaru/host/memory_layout.hpp>

namespace otaru::host {

/// A whole SVG document: the flash map with its regions named, the bar below it in the known colours with
/// overlaps in red, an address scale, a legend of the ranges, and what is wrong. Needs no font or file from
/// elsewhere.
std::string to_svg(const MemoryLayout& layout);

}  // namespace otaru::host
