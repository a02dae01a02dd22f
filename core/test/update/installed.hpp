// Slots as updates leave them: an image, its signature, its record and marks.
#pragma once

#include <crypto/test_crypto.hpp>
#include <update/board_flash.hpp>

#include <otaru/update/slot_state.hpp>

namespace otaru::update {

inline crypto::Digest other_digest() {
  crypto::Digest digest;
  digest.fill(std::byte{0x5A});
  return digest;
}

inline Record record_of(const Image& image, std::uint32_t sequence = 1) {
  return {.sequence = sequence,
          .length = static_cast<std::uint32_t>(image.size()),
          .version = 0x2020'0202,
          .sha256 = crypto::digest_of(image)};
}

/// Puts `image` with its signature and a record of it into a slot; no marks: its trial has not begun.
inline void install_pending(flash::RamFlash& part, const flash::Slot& slot, const Image& image,
                            std::uint32_t sequence = 1) {
  crypto::TestCrypto library;
  install(part, slot, image);
  ASSERT_EQ(part.erase_sector(slot.record()), Status::ok);
  ASSERT_EQ(write_record(part, library, slot, record_of(image, sequence)), Status::ok);
}

inline void install_confirmed(flash::RamFlash& part, const flash::Slot& slot, const Image& image,
                              std::uint32_t sequence = 1) {
  install_pending(part, slot, image, sequence);
  ASSERT_EQ(mark_confirmed(part, slot), Status::ok);
}

inline SlotState state_of(flash::RamFlash& part, const flash::Slot& slot) {
  crypto::TestCrypto library;
  return read_slot_state(part, library, slot).value();
}

}  // namespace otaru::update
