// An independent judge of a board's flash: reads raw bytes by the specification, and knows nothing of core.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace powercut {

using Raw = std::span<const std::byte>;
using Content = std::vector<std::byte>;

/// A range of the part, bytes.
struct Range {
  std::uint32_t at;
  std::uint32_t size;
};

/// A flash map, typed off the board's data sheet once more, so that a wrong number in core is found.
struct Map {
  std::string_view name;
  std::uint32_t size;
  Range km0_boot;
  Range backup;
  Range system_data;
  Range km4_boot;
  Range user_data;
  Range slot[2];  ///< OTA1, OTA2; the last 4 KiB of each belong to the trial
};

/// The map of that name. Throws std::out_of_range if there is none.
const Map& map_named(std::string_view name);

/// Which bits of the part read differently each time. In the content they show as 1.
class Flicker {
 public:
  Flicker() = default;
  Flicker(const Flicker&) = delete;
  Flicker& operator=(const Flicker&) = delete;
  virtual ~Flicker() = default;
  virtual bool none() const = 0;                                       ///< there are none at all
  virtual std::byte of(std::uint32_t at) const = 0;                    ///< those of one byte
  virtual bool any(std::uint32_t at, std::uint32_t length) const = 0;  ///< some in a range
};

/// What the stock boot loader may do with a flash, over all readings of its unstable bits.
struct Boot {
  bool slot[2] = {false, false};  ///< may boot OTA1, OTA2
  bool nothing = false;           ///< may stay in the ROM shell
};

class Judge {
 public:
  /// @param images  every image that this board may ever hold; they outlive the judge
  Judge(const Map& map, std::vector<const Content*> images);

  /// Remembers what must never change.
  void remember(Raw flash);

  /// The stock rule: OTA2 if it starts with `81958711`, else OTA1 if it does, else nothing.
  Boot boot(Raw flash, const Flicker& flicker) const;

  /// True if some reading gives the slot a signature, whether it wins or not.
  bool may_be_chosen(Raw flash, const Flicker& flicker, int slot) const;

  /// True if the boot loader finds KM4 in that slot whatever flickers: else it loops for ever.
  bool km4_stands(Raw flash, const Flicker& flicker, int slot) const;

  /// The number of the image that the slot holds bit for bit, taking its first 8 bytes as the boot loader's
  /// matter; no_image if it is none of them or if some of it flickers.
  int identify(Raw flash, const Flicker& flicker, int slot) const;
  static constexpr int no_image = -1;

  /// True if the other image is there whole, so that a trial that fails can go back to it: in OTA1 ready to
  /// boot; in OTA2 all but its signature, its first sector there or in a Backup sector that says so.
  bool restorable(Raw flash, const Flicker& flicker, int slot, int image) const;

  /// True if the trial record in the slot's last sector is whole and speaks of that image.
  bool recorded(Raw flash, const Flicker& flicker, int slot, int image) const;
  /// True if the record sector bears the exact confirmed mark, and none of rejection.
  bool confirmed(Raw flash, const Flicker& flicker, int slot) const;
  /// True if some bit of the rejected mark is programmed for certain.
  bool rejected(Raw flash, const Flicker& flicker, int slot) const;

  /// The name of a region that changed though nobody may write there; empty if none.
  std::string_view foreign_change(Raw flash, const Flicker& flicker) const;
  bool backup_changed(Raw flash, const Flicker& flicker) const;

 private:
  bool same(Raw flash, const Flicker& flicker, Range range) const;
  bool backup_speaks(Raw flash, const Flicker& flicker) const;

  const Map* map_;
  std::vector<const Content*> images_;
  std::vector<std::array<unsigned char, 32>> digests_;  // of images_, SHA-256
  Content remembered_;
};

}  // namespace powercut
