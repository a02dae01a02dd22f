#include <fmt/format.h>

#include <otaru/host/numbers.hpp>
#include <otaru/host/ota_builder.hpp>
#include <otaru/host/sha256.hpp>
#include <otaru/host/table.hpp>

namespace otaru::host {

nlohmann::ordered_json to_json(const PackedFile& packed, const std::vector<ImageInput>& inputs,
                               const std::optional<std::string>& output) {
  nlohmann::ordered_json object{{"output", nullptr},
                                {"size", packed.content.size()},
                                {"sha256", hex(sha256(packed.content))},
                                {"version", hex32(packed.header.version)},
                                {"images", nlohmann::ordered_json::array()}};
  if (output) object["output"] = *output;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const image::OtaImageHeader& header = packed.header.images[i];
    object["images"].push_back({{"id", name(header.id)},
                                {"file", inputs[i].file},
                                {"offset", header.offset},
                                {"length", header.length},
                                {"sum", hex32(header.sum)},
                                {"flash_address", hex32(header.flash_address)}});
  }
  object["problems"] = to_json(packed.findings.problems);
  object["warnings"] = to_json(packed.findings.warnings);
  return object;
}

std::string to_text(const PackedFile& packed, const std::vector<ImageInput>& inputs,
                    const std::string& output) {
  using Align = Table::Align;
  Table table({"image", "offset", "bytes", "sum", "flash address", "file"},
              {Align::left, Align::right, Align::right});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const image::OtaImageHeader& header = packed.header.images[i];
    table.add({std::string(name(header.id)), hex_offset(header.offset), grouped(header.length),
               hex32(header.sum), hex32(header.flash_address), inputs[i].file});
  }
  return fmt::format("Wrote {}: {}, version {}\n{}  SHA-256 {}\n", output, bytes_text(packed.content.size()),
                     hex32(packed.header.version), table.text(), hex(sha256(packed.content)));
}

}  // namespace otaru::host
