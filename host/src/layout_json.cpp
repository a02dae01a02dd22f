#include <otaru/host/layout_text.hpp>
#include <otaru/host/numbers.hpp>

namespace otaru::host {

nlohmann::ordered_json to_json(const MemoryLayout& layout) {
  using Json = nlohmann::ordered_json;
  const std::vector<NamedRegion> map = flash_map(*layout.layout);
  Json object{{"layout", layout.layout->name},
              {"flash", {{"address", hex32(flash::kFlashBase)}, {"size", layout.layout->size}}},
              {"regions", Json::array()},
              {"ranges", Json::array()},
              {"overlaps", Json::array()},
              {"problems", Json::array()},
              {"ok", layout.ok()}};
  for (const NamedRegion& entry : map) {
    object["regions"].push_back(
        {{"name", entry.name}, {"address", hex32(entry.region.address())}, {"size", entry.region.size}});
  }
  for (std::size_t i = 0; i < layout.ranges.size(); ++i) {
    const PlacedRange& range = layout.ranges[i];
    const NamedRegion* const region = region_of(range, map);
    object["ranges"].push_back({{"file", range.file},
                                {"image", range.image.empty() ? Json(nullptr) : Json(range.image)},
                                {"kind", name(range.kind)},
                                {"bin", i + 1},
                                {"colour", hex(layout.colour_of(i))},
                                {"address", hex32(range.address)},
                                {"end", hex32(range.end())},
                                {"size", range.size},
                                {"region", region == nullptr ? Json(nullptr) : Json(region->name)}});
  }
  for (const Overlap& overlap : layout.overlaps) {
    object["overlaps"].push_back({{"ranges", {overlap.first, overlap.second}},
                                  {"address", hex32(overlap.address)},
                                  {"size", overlap.size}});
  }
  for (const LayoutProblem& problem : layout.problems) {
    object["problems"].push_back(
        {{"code", problem.code}, {"ranges", problem.ranges}, {"message", problem.message}});
  }
  return object;
}

}  // namespace otaru::host
