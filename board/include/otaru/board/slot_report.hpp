// What a flash holds, as a person wants to know it: which slot boots, what is in each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <otaru/boot/select.hpp>
#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/update/slot_state.hpp>

namespace otaru::board {

enum class SignatureState : std::uint8_t {
  valid,    ///< the slot can boot
  cleared,  ///< retired: zeros were programmed over it
  blank,    ///< erased
  other,
};

std::string_view name(SignatureState state) noexcept;

/// The image in a slot: by its trial record, if that fits what the slot holds; else by its segment headers.
struct SlotImage {
  std::uint32_t length = 0;  ///< bytes
  crypto::Digest sha256{};   ///< by a record: with its signature, as it was received; else as it stands
  std::string version;       ///< of its seal, else of the OTA file by its record (`0x01020304`), else empty
};

struct SlotReport {
  flash::SlotId id = flash::SlotId::ota1;
  flash::Slot slot{};
  SignatureState signature = SignatureState::blank;
  std::optional<SlotImage> image;  ///< nothing if there is no whole image 2 but for its signature
  /// `none` also if the slot holds another image than its record says.
  update::TrialState state = update::TrialState::none;
  std::uint32_t tries = 0;
};

struct FlashReport {
  boot::Selection selection;
  std::array<SlotReport, 2> slots;
};

/// Reads `flash`, the whole content of a part with this layout.
FlashReport report_flash(Bytes flash, const flash::Layout& layout);

}  // namespace otaru::board
