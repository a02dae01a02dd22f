// What the harness knows of a board's life from outside, and the flash that the life begins with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <otaru/board/power_cut.hpp>
#include <otaru/board/random.hpp>

#include "life.hpp"

namespace powercut {

/// What the harness knows of this life, from outside. Never read from the flash.
struct Truth {
  int running = kFactory;  // the image that worked when the last update began
  int slot = 0;            // where it was
  int candidate = -1;      // what the last update brought
  bool verified = false;   // its checks passed
  bool committed = false;  // its sender was told ok
  bool confirm_begun = false;
  bool confirmed = false;  // confirm() said ok
  bool rejects = false;    // reject() was called
  bool writing = false;    // the candidate's slot is being overwritten
  std::uint32_t trial_starts = 0;
  std::uint32_t cuts = 0;      // since the commit
  int rejected = -1;           // an image that was rolled back and must be refused
  unsigned ever_rejected = 0;  // a bit for each that may be refused, for a slot may still remember it
  bool memory_cut = false;     // the one sector that remembers it was itself cut
  std::uint8_t readings = 0;
};

/// Every region holds something; OTA1 holds the factory image without a record.
inline std::vector<std::byte> lived_in_flash(const Scenario& scenario) {
  const Map& map = map_named(scenario.layout->name);
  std::vector<std::byte> flash(map.size, std::byte{0xFF});
  otaru::board::Random random(99);
  for (const Range& range : {map.km0_boot, map.backup, map.system_data, map.km4_boot, map.user_data})
    for (std::uint32_t i = 0; i < range.size; ++i) flash[range.at + i] = random.byte() | std::byte{0x80};
  const Content& factory = (*scenario.images)[kFactory].bytes;
  std::copy(factory.begin(), factory.end(), flash.begin() + map.slot[0].at);
  return flash;
}

inline std::vector<const Content*> contents(const std::vector<Image>& images) {
  std::vector<const Content*> all;
  for (const Image& image : images) all.push_back(&image.bytes);
  return all;
}

/// The cut as the model of the flash takes it.
inline otaru::board::PowerCut power_cut(const Cut& cut) {
  using otaru::board::PowerCut;
  PowerCut made{.at_operation = cut.operation,
                .when = PowerCut::When::inside,
                .tear = PowerCut::Tear::some_bytes,
                .seed = cut.seed * 0x9E37'79B9'7F4A'7C15u + cut.operation};
  if (cut.how == 'b') made.when = PowerCut::When::before;
  if (cut.how == 'a') made.when = PowerCut::When::after;
  if (cut.how == 'i') made.tear = PowerCut::Tear::some_bits;
  if (cut.how == 'u') made.tear = PowerCut::Tear::unstable_bits;
  return made;
}

}  // namespace powercut
