// What a slot's last sector says: the record of its image and the marks behind it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <otaru/bytes.hpp>
#include <otaru/crypto/crypto.hpp>
#include <otaru/flash/flash.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/result.hpp>
#include <otaru/update/record.hpp>
#include <otaru/update/signature.hpp>

namespace otaru::update {

enum class TrialState : std::uint8_t {
  none,     ///< no record that speaks for the slot: the image came by serial or by a stock tool and counts as
            ///< confirmed, or an update is under way here
  pending,  ///< on trial, or about to be
  confirmed,  ///< works
  rejected,   ///< did not work
};

constexpr std::string_view name(TrialState state) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"none", "pending", "confirmed", "rejected"};
  return kNames[static_cast<std::size_t>(state)];
}

using Mark = std::array<std::byte, kMarkSize>;

/// What a confirmed mark must read to count. Any change of the other marks counts, so they are zeros.
inline constexpr Mark kConfirmedMark{std::byte{0x4F}, std::byte{0x6B}, std::byte{0xA5}, std::byte{0x3C},
                                     std::byte{0x5A}, std::byte{0xC3}, std::byte{0x69}, std::byte{0x96},
                                     std::byte{0x0F}, std::byte{0xF0}, std::byte{0x33}, std::byte{0xCC},
                                     std::byte{0x55}, std::byte{0xAA}, std::byte{0x1E}, std::byte{0xE1}};

/// What the record sector of a slot says. Whether its record fits what the slot holds is another question:
/// see image_fits().
struct SlotState {
  TrialState state = TrialState::none;
  std::uint32_t tries = 0;                   ///< tries marked, 0 to kMaxTries
  Record record{};                           ///< unless `none`
  crypto::Digest rejected = Record::none();  ///< an image that was rejected here; remembered until a commit
};

/// Reads the record and marks of `slot`. Reads about 300 bytes; changes nothing.
/// @retval flash_failed  the part could not be read
template <flash::Flash F, crypto::Crypto C>
Result<SlotState> read_slot_state(F& part, C& library, const flash::Slot& slot) noexcept {
  SlotState found;
  RecordBytes bytes;
  if (const Status status = part.read(slot.record(), bytes); status != Status::ok) return status;
  const Result<Record> record = decode(library, bytes);
  if (!record) return found;
  if (record->length == 0 || record->length > slot.capacity()) return found;

  // A rejection outlives the begin of an update, so that a lost sender does not make a board forget it.
  Mark mark;
  if (const Status status = part.read(slot.record() + kRejectedOffset, mark); status != Status::ok)
    return status;
  const bool rejected = !is_blank(mark);
  found.rejected = rejected ? record->sha256 : record->rejected;
  if (const Status status = part.read(slot.record() + kWritingOffset, mark); status != Status::ok)
    return status;
  if (!is_blank(mark)) return found;

  found.record = *record;
  found.state = TrialState::pending;
  for (std::uint32_t i = 0; i < kMaxTries; ++i) {
    const std::uint32_t at = slot.record() + kMarksOffset + i * kMarkSize;
    if (const Status status = part.read(at, mark); status != Status::ok) return status;
    if (!is_blank(mark)) found.tries = i + 1;
  }
  if (const Status status = part.read(slot.record() + kConfirmedOffset, mark); status != Status::ok)
    return status;
  if (mark == kConfirmedMark) found.state = TrialState::confirmed;
  if (rejected) found.state = TrialState::rejected;
  return found;
}

/// What is known of the erases in a slot, which decides whether bytes that read blank may be believed: an
/// erase that was cut may leave bits that read as 1 now and as 0 later.
enum class SlotHistory : std::uint8_t {
  clean,        ///< every erase was completed: the last update ended here, or none ever began
  interrupted,  ///< an update began and did not end, or something else wrote here
};

/// Reads the history from the slot's last sector. @retval flash_failed  the part could not be read
template <flash::Flash F, crypto::Crypto C>
Result<SlotHistory> read_slot_history(F& part, C& library, const flash::Slot& slot) noexcept {
  RecordBytes record;
  if (const Status status = part.read(slot.record(), record); status != Status::ok) return status;
  Mark writing;
  if (const Status status = part.read(slot.record() + kWritingOffset, writing); status != Status::ok)
    return status;
  if (!is_blank(writing)) return SlotHistory::interrupted;
  if (decode(library, record)) return SlotHistory::clean;
  if (!is_blank(record)) return SlotHistory::interrupted;
  for (std::uint32_t at = kMarksOffset; at <= kWritingOffset; at += kMarkSize) {
    Mark mark;
    if (const Status status = part.read(slot.record() + at, mark); status != Status::ok) return status;
    if (!is_blank(mark)) return SlotHistory::interrupted;
  }
  return SlotHistory::clean;
}

/// Marks that the slot's data is about to be erased and written, so that the record speaks for it no longer.
/// Blocks for one program. Power cut: any change of the mark counts; no data was touched.
template <flash::Flash F>
Status mark_writing(F& part, const flash::Slot& slot) noexcept {
  constexpr Mark kWriting{};
  return program_checked(part, slot.record() + kWritingOffset, kWriting);
}

/// Writes a record into an erased record sector and reads it back. Blocks for one program.
/// Power cut: the record is whole or does not count; if it may do either, programming it again settles it.
template <flash::Flash F, crypto::Crypto C>
Status write_record(F& part, C& library, const flash::Slot& slot, const Record& record) noexcept {
  return program_checked(part, slot.record(), encode(library, record));
}

/// Marks one more try. Blocks for one program. Power cut: a torn mark counts as a try.
/// @retval out_of_range  kMaxTries are marked already
template <flash::Flash F>
Status mark_try(F& part, const flash::Slot& slot, std::uint32_t tries) noexcept {
  if (tries >= kMaxTries) return Status::out_of_range;
  constexpr Mark kTried{};
  return program_checked(part, slot.record() + kMarksOffset + tries * kMarkSize, kTried);
}

/// Marks the image as working. Blocks for one program. Power cut: the mark does not count until it is whole;
/// marking again settles it.
template <flash::Flash F>
Status mark_confirmed(F& part, const flash::Slot& slot) noexcept {
  return program_checked(part, slot.record() + kConfirmedOffset, kConfirmedMark);
}

/// Marks the image as not working. Blocks for one program. Power cut: any change of the mark counts.
template <flash::Flash F>
Status mark_rejected(F& part, const flash::Slot& slot) noexcept {
  constexpr Mark kRejected{};
  return program_checked(part, slot.record() + kRejectedOffset, kRejected);
}

}  // namespace otaru::update
