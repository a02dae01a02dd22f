#include <algorithm>

#include <fmt/format.h>

#include <otaru/board/slot_report.hpp>
#include <otaru/image/image2.hpp>
#include <otaru/image/seal.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/update/slot_check.hpp>

namespace otaru::board {
namespace {

/// Bytes that are only read: what the boot rule needs of a part.
class Content {
 public:
  explicit Content(Bytes bytes) : bytes_(bytes) {}
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(bytes_.size()); }
  Status read(std::uint32_t at, MutableBytes out) noexcept {
    if (const Status rule = flash::check_read(size(), at, out.size()); rule != Status::ok) return rule;
    std::copy_n(bytes_.begin() + at, out.size(), out.begin());
    return Status::ok;
  }
  Status program(std::uint32_t, Bytes) noexcept { return Status::flash_failed; }
  Status erase_sector(std::uint32_t) noexcept { return Status::flash_failed; }
  Status erase_block(std::uint32_t) noexcept { return Status::flash_failed; }

 private:
  Bytes bytes_;
};

SignatureState signature_state(Bytes slot) noexcept {
  const Bytes found = slot.first(image::kSignatureSize);
  if (image::starts_with(found, image::kImage2Signature)) return SignatureState::valid;
  if (is_blank(found)) return SignatureState::blank;
  return load_le32(found) == 0 ? SignatureState::cleared : SignatureState::other;
}

/// The image by its segment headers, signature as it stands.
std::optional<Bytes> image_in(Bytes slot, std::uint32_t capacity) {
  image::Image2Walk walk(capacity);
  for (std::uint32_t at = walk.wanted(); at != image::Image2Walk::kDone; at = walk.wanted()) {
    std::array<std::byte, image::kSegmentHeaderSize> header{};
    std::copy_n(slot.begin() + at, header.size(), header.begin());
    if (at == 0) std::copy(image::kImage2Signature.begin(), image::kImage2Signature.end(), header.begin());
    if (walk.take(header) != Status::ok) return std::nullopt;
  }
  if (walk.finish() != Status::ok) return std::nullopt;
  return slot.first(std::min(walk.padded_end(), capacity));
}

crypto::Digest sha256(mbed::Crypto& library, Bytes bytes) {
  mbed::Crypto::Sha256 hash(library);
  hash.add(bytes);
  return hash.finish();
}

/// @param image  an image of a known length
std::string version_of(Bytes image, std::uint32_t by_record) {
  if (image.size() > image::kSealSize) {
    if (const auto seal = image::SealView::open(image.last(image::kSealSize))) {
      const auto numbers = seal->version();
      return fmt::format("{}.{}.{}", numbers[0], numbers[1], numbers[2]);
    }
  }
  return fmt::format("0x{:08X}", by_record);
}

SlotReport report_slot(Content& flash, Bytes bytes, flash::SlotId id, const flash::Slot& slot) {
  mbed::Crypto library;
  SlotReport report;
  report.id = id;
  report.slot = slot;
  report.signature = signature_state(bytes);
  const Result<update::SlotState> said = update::read_slot_state(flash, library, slot);
  if (said && said->state != update::TrialState::none &&
      update::image_fits(flash, library, slot, said->record)) {
    report.state = said->state;
    report.tries = said->tries;
    report.image = SlotImage{said->record.length, said->record.sha256,
                             version_of(bytes.first(said->record.length), said->record.version)};
  } else if (const std::optional<Bytes> image = image_in(bytes, slot.capacity())) {
    report.image = SlotImage{static_cast<std::uint32_t>(image->size()), sha256(library, *image), ""};
  }
  return report;
}

}  // namespace

std::string_view name(SignatureState state) noexcept {
  switch (state) {
    case SignatureState::valid: return "valid";
    case SignatureState::cleared: return "cleared";
    case SignatureState::blank: return "blank";
    case SignatureState::other: return "other";
  }
  return "other";
}

FlashReport report_flash(Bytes flash, const flash::Layout& layout) {
  FlashReport report;
  Content content(flash);
  if (const Result<boot::Selection> selection = boot::select(content, layout); selection)
    report.selection = *selection;
  for (std::size_t i = 0; i < report.slots.size(); ++i) {
    const auto id = static_cast<flash::SlotId>(i);
    const flash::Slot& slot = layout.slot(id);
    const Bytes bytes = flash.subspan(slot.offset, slot.size);
    report.slots[i] = report_slot(content, bytes, id, slot);
  }
  return report;
}

}  // namespace otaru::board
