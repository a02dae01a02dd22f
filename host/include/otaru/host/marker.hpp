// What the Arduino library leaves in every image that has it, so that tools can tell. docs/SPEC-marker.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include <otaru/bytes.hpp>

namespace otaru::host {

/// An image with it answers to updates over the air when it runs; one without it most likely does not.
struct Marker {
  std::uint32_t offset = 0;  ///< in the image, bytes
  std::string name;          ///< of the program, as it announces itself
  std::string version;       ///< of the program
  std::string board;         ///< TXT `board`: ameba_rtl8721d or ameba_rtl8720dn
  std::string library;       ///< version of the library
};

/// The first marker in `image`. One that is cut off, too long or not as the specification says is none.
std::optional<Marker> find_marker(Bytes image);

/// `{"offset":..,"name":..,"version":..,"board":..,"library":..}`, or null.
nlohmann::ordered_json to_json(const std::optional<Marker>& marker);

/// A line for people.
std::string to_text(const std::optional<Marker>& marker);

}  // namespace otaru::host
