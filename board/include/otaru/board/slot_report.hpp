// What a flash holds, as a person wants to know it: which slot boots, what is in each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <otaru/boot/select.hpp>
#include <otaru/bytes.hpp>
#include <otaru/flash/layout.hpp>

namespace otaru::board {

enum class SignatureState : std::uint8_t {
  valid,    ///< the slot can boot
  cleared,  ///< retired: zeros were programmed over it
  blank,    ///< erased
  other,
};

std::string_view name(SignatureState state) noexcept;

struct SlotReport {
  flash::SlotId id = flash::SlotId::ota1;
  flash::Slot slot{};
  SignatureState signature = SignatureState::blank;
  /// The bytes of the image by its segment headers, signature as it stands; nothing if there is no whole
  /// image 2 but for its signature.
  std::optional<Bytes> image;
};

struct FlashReport {
  boot::Selection selection;
  std::array<SlotReport, 2> slots;
};

/// Reads `flash`, the whole content of a part with this layout. The report's views point into it.
FlashReport report_flash(Bytes flash, const flash::Layout& layout);

}  // namespace otaru::board
