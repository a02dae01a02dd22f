#include <algorithm>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/flash_map.hpp>

namespace otaru::host {

std::vector<NamedRegion> flash_map(const flash::Layout& layout) {
  const auto plain = [](std::string_view name, RegionUse use, const flash::Region& region) {
    return NamedRegion{name, use, region, region.size};
  };
  const auto slot = [](flash::SlotId id, const flash::Slot& place) {
    return NamedRegion{flash::name(id), RegionUse::slot, place, place.capacity()};
  };
  std::vector<NamedRegion> map{plain("KM0 boot", RegionUse::boot, layout.km0_boot),
                               plain("Backup", RegionUse::system, layout.backup),
                               plain("System data", RegionUse::system, layout.system_data),
                               plain("KM4 boot", RegionUse::boot, layout.km4_boot),
                               slot(flash::SlotId::ota1, layout.ota1),
                               plain("User data", RegionUse::user, layout.user_data),
                               slot(flash::SlotId::ota2, layout.ota2)};
  std::ranges::sort(map, {}, [](const NamedRegion& entry) { return entry.region.offset; });
  return map;
}

const flash::Layout& layout_named(std::string_view name) {
  if (const flash::Layout* layout = flash::find_layout(name)) return *layout;
  std::string known;
  for (const flash::Layout* layout : flash::kLayouts) {
    if (!known.empty()) known += ", ";
    known += layout->name;
  }
  throw BadInput(fmt::format("There is no layout '{}'. Choose one of: {}.", name, known));
}

}  // namespace otaru::host
