// The trial record and the marks behind it: whatever stands in a slot's last sector, core reads it as the
// judge of the power-cut proof does, which shares nothing with it, and reads what it wrote itself.
//
// The input is a byte of settings (bit 0: the slot is OTA2; 1: with the record's first 8 bytes; 2: with the
// length and digest of a known image; 3: with the right check value), then the sector from its start.
#include <cstdint>

#include <otaru/update/slot_state.hpp>

#include "tiny_board.hpp"

namespace {

using namespace otaru;
using flash::RamFlash;
using tiny::must;
using update::Record;
using update::RecordBytes;
using update::SlotHistory;
using update::SlotState;
using update::TrialState;

constexpr std::uint32_t kMostOfSector = update::kWritingOffset + update::kMarkSize;
constexpr std::size_t kUnused = 20;  // bytes 20 to 31 of a record stand for nothing

bool same(const Record& a, const Record& b) {
  return a.sequence == b.sequence && a.length == b.length && a.version == b.version && a.sha256 == b.sha256 &&
         a.rejected == b.rejected;
}

/// What is written is read, whatever the fields are.
void check_writing(mbed::Crypto& library, Bytes sector) {
  Record record;
  record.sequence = load_le32(sector.subspan(8));
  record.length = load_le32(sector.subspan(12));
  record.version = load_le32(sector.subspan(16));
  copy(sector.subspan(32, 32), record.sha256);
  copy(sector.subspan(64, 32), record.rejected);
  const RecordBytes written = encode(library, record);
  const Result<Record> read = update::decode(library, written);
  must(read.has_value() && same(*read, record), "a record that was written is read again");
  for (std::size_t i = 0; i < written.size(); ++i) {
    RecordBytes changed = written;
    changed[i] ^= std::byte{0x10};
    must(!update::decode(library, changed), "a record with a changed bit is none");
  }
}

/// The record alone, against a reading of its bytes that does without core.
Result<Record> check_record(mbed::Crypto& library, Bytes sector) {
  RecordBytes bytes;
  copy(sector.first(bytes.size()), bytes);
  const Result<Record> record = update::decode(library, bytes);
  constexpr std::array<unsigned char, 8> kStart{'O', 'T', 'T', 'R', 1, 0, 0, 0};
  const bool starts = equal(sector.first(8), std::as_bytes(std::span(kStart)));
  const auto check = tiny::sha256(sector.first(96));
  const bool sound = starts && equal(sector.subspan(96, 16), Bytes(check).first(16));
  must(record.has_value() == sound, "a record is what the specification says");
  if (!record) return record;
  const RecordBytes again = encode(library, *record);
  const bool fields = equal(Bytes(again).first(kUnused), Bytes(bytes).first(kUnused)) &&
                      equal(Bytes(again).subspan(32, 64), Bytes(bytes).subspan(32, 64));
  must(fields, "a record is written as it was read");
  return record;
}

bool blank(Bytes sector, std::uint32_t mark) {
  return is_blank(sector.subspan(mark, update::kMarkSize));
}

void check_state(const SlotState& state, const Result<Record>& record, Bytes sector, std::uint32_t capacity) {
  const bool sound = record && record->length != 0 && record->length <= capacity;
  const bool rejected = !blank(sector, update::kRejectedOffset);
  const bool speaks = sound && blank(sector, update::kWritingOffset);
  must((state.state == TrialState::none) == !speaks, "a record speaks unless its image is being overwritten");
  const crypto::Digest remembered = !sound ? Record::none() : rejected ? record->sha256 : record->rejected;
  must(state.rejected == remembered, "a rejected image is remembered");
  if (!speaks) return;
  must(same(state.record, *record), "the state has the record");
  std::uint32_t tries = 0;
  for (std::uint32_t i = 0; i < update::kMaxTries; ++i)
    if (!blank(sector, update::kMarksOffset + i * update::kMarkSize)) tries = i + 1;
  must(state.tries == tries, "every change of a mark is a try");
}

/// A part that cannot be read is told, wherever that happens, and never taken for a state.
void check_failing_reads(RamFlash part, mbed::Crypto& library, const flash::Slot& slot) {
  const auto fails_at = [&part](int read) {
    part.before = [read](flash::Operation, std::uint32_t, std::size_t) mutable {
      return read-- == 0 ? Status::flash_failed : Status::ok;
    };
  };
  int failed = 0;
  for (int read = 0;; ++read) {
    fails_at(read);
    const Result<SlotState> state = update::read_slot_state(part, library, slot);
    fails_at(read);
    const Result<SlotHistory> history = update::read_slot_history(part, library, slot);
    if (state && history) break;
    ++failed;
    must(state.has_value() || state.error() == Status::flash_failed, "a failed read is told as that");
    must(history.has_value() || history.error() == Status::flash_failed, "a failed read is told as that");
  }
  must(failed > 0 && failed < 20, "a state is read in bounded operations");
}

/// A mark that is set says what it is for, whatever stood there.
void check_marks(RamFlash part, mbed::Crypto& library, const flash::Slot& slot, const SlotState& before) {
  const auto state = [&] { return *update::read_slot_state(part, library, slot); };
  const bool speaks = before.state != TrialState::none;
  const bool set = update::mark_confirmed(part, slot) == Status::ok;
  if (speaks && set && before.state != TrialState::rejected)
    must(state().state == TrialState::confirmed, "a confirmed image is confirmed");
  for (std::uint32_t i = 0; i < update::kMaxTries; ++i) {
    must(update::mark_try(part, slot, i) == Status::ok, "a try can always be marked");
    if (speaks) must(state().tries >= i + 1, "a marked try counts");
  }
  must(update::mark_try(part, slot, update::kMaxTries) == Status::out_of_range, "tries have an end");
  must(update::mark_rejected(part, slot) == Status::ok, "an image can always be rejected");
  if (speaks) must(state().state == TrialState::rejected, "a rejected image is rejected");
  must(update::mark_writing(part, slot) == Status::ok, "writing can always be marked");
  must(state().state == TrialState::none, "a record does not speak for what overwrites its image");
  must(*update::read_slot_history(part, library, slot) == SlotHistory::interrupted, "writing has begun");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tiny::Input input(data, size);
  const unsigned settings = input.byte();
  const int number = static_cast<int>(settings & 1);
  const flash::Slot& slot = number == 0 ? tiny::kLayout.ota1 : tiny::kLayout.ota2;
  const tiny::Content& image = tiny::images()[0];
  RamFlash part = tiny::make_flash();
  tiny::put(part, slot.offset, image);
  tiny::put(part, slot.record(), input.take(kMostOfSector));
  const MutableBytes sector = MutableBytes(part.memory).subspan(slot.record(), kMostOfSector);
  if ((settings & 2) != 0) {
    store_le32(sector, update::kRecordMagic);
    store_le32(sector.subspan(4), update::kRecordFormat);
  }
  if ((settings & 4) != 0) {
    store_le32(sector.subspan(12), static_cast<std::uint32_t>(image.size()));
    copy(tiny::sha256(image), sector.subspan(32));
  }
  if ((settings & 8) != 0) copy(Bytes(tiny::sha256(sector.first(96))).first(16), sector.subspan(96));

  mbed::Crypto library;
  check_writing(library, sector);
  const Result<Record> record = check_record(library, sector);
  const tiny::Content before = part.memory;
  const Result<SlotState> state = update::read_slot_state(part, library, slot);
  const Result<SlotHistory> history = update::read_slot_history(part, library, slot);
  must(state.has_value() && history.has_value(), "a part that can be read is read");
  must(part.memory == before, "reading changes nothing");
  check_state(*state, record, sector, slot.capacity());
  must(!update::name(state->state).empty(), "a state has a name");
  check_failing_reads(part, library, slot);

  bool used = !is_blank(sector.first(update::kRecordSize));
  for (std::uint32_t at = update::kMarksOffset; at < kMostOfSector; at += update::kMarkSize)
    used = used || !blank(sector, at);
  const bool interrupted = !blank(sector, update::kWritingOffset) || (!record && used);
  must((*history == SlotHistory::interrupted) == interrupted, "a history is what the specification says");

  const powercut::Judge judge = tiny::make_judge();
  const tiny::Steady steady;
  const bool known = record && record->sha256 == tiny::sha256(image) && record->length == image.size();
  must(judge.recorded(part.memory, steady, number, 0) == known, "the judge reads the same record");
  if (state->state != TrialState::none) {
    must(judge.confirmed(part.memory, steady, number) == (state->state == TrialState::confirmed),
         "the judge reads the same confirmation");
    must(judge.rejected(part.memory, steady, number) == (state->state == TrialState::rejected),
         "the judge reads the same rejection");
  }
  check_marks(part, library, slot, *state);
  return 0;
}
