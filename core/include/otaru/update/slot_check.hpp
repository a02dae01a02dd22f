// Is the image in a slot whole?
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/image2.hpp>
#include <otaru/result.hpp>
#include <otaru/update/slot_state.hpp>

namespace otaru::update {

/// True if the slot holds the very image that `record` speaks of, taking its signature as set whatever stands
/// there. Reads and hashes the whole image: blocks for about 50 ms a megabyte with mapped reads.
template <flash::Flash F, crypto::Crypto C>
bool image_fits(F& part, C& library, const flash::Slot& slot, const Record& record) noexcept {
  if (record.length == 0 || record.length > slot.capacity()) return false;
  constexpr std::uint32_t kPiece = 128;
  std::array<std::byte, kPiece> piece;
  typename C::Sha256 hash(library);
  for (std::uint32_t read = 0; read < record.length;) {
    const MutableBytes bytes = MutableBytes(piece).first(std::min(kPiece, record.length - read));
    if (part.read(slot.offset + read, bytes) != Status::ok) return false;
    // Pieces are longer than the signature, so it is all in the first.
    if (read == 0) copy(Bytes(image::kImage2Signature).first(std::min<std::size_t>(bytes.size(), 8)), bytes);
    hash.add(bytes);
    read += static_cast<std::uint32_t>(bytes.size());
  }
  return hash.finish() == record.sha256;
}

/// True if the segment headers of an image 2 stand in the slot, all in order but perhaps for the signature.
template <flash::Flash F>
bool headers_are_whole(F& part, const flash::Slot& slot) noexcept {
  image::Image2Walk walk(slot.capacity());
  for (std::uint32_t at = walk.wanted(); at != image::Image2Walk::kDone; at = walk.wanted()) {
    std::array<std::byte, image::kSegmentHeaderSize> header{};
    if (part.read(slot.offset + at, header) != Status::ok) return false;
    if (at == 0) copy(image::kImage2Signature, header);
    if (walk.take(header) != Status::ok) return false;
  }
  return walk.finish() == Status::ok;
}

/// True if the slot holds a whole image 2 but perhaps for its signature: the one of its record, or, without
/// one, one whose segment headers are all in order (nothing more can be known of such an image). A slot that
/// an update began to overwrite holds none: its headers may be in order while the rest is not.
template <flash::Flash F, crypto::Crypto C>
bool image_is_whole(F& part, C& library, const flash::Slot& slot, const SlotState& state) noexcept {
  if (state.state != TrialState::none) return image_fits(part, library, slot, state.record);
  const Result<SlotHistory> history = read_slot_history(part, library, slot);
  if (!history || *history == SlotHistory::interrupted) return false;
  return headers_are_whole(part, slot);
}

}  // namespace otaru::update
