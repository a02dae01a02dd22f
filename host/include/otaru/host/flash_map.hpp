// The flash map of a layout as a list of named regions, for tools that draw or search it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <otaru/flash/layout.hpp>

namespace otaru::host {

enum class RegionUse { boot, system, user, slot };

struct NamedRegion {
  std::string_view name;
  RegionUse use;
  flash::Region region;
  /// The part of it that an image may fill, bytes: of a slot, all but its last sector.
  std::uint32_t capacity;
};

/// The regions in order of address. Between them may be bytes that no region names.
std::vector<NamedRegion> flash_map(const flash::Layout& layout);

/// The layout of that name.
/// @throws BadInput  naming those that exist
const flash::Layout& layout_named(std::string_view name);

}  // namespace otaru::host
