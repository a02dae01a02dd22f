// The Backup sector: what counts as a copy of OTA2's first sector, against a reading of the bytes that does
// without core; and saving, restoring and clearing, whatever stood there.
//
// The input is a byte of settings (bit 0: the sector begins as a copy of OTA2's; 1: with the right header;
// 2: with the right name but for the bits of the next byte, as a cut of clear() leaves it), then the sector
// from its start.
#include <cstdint>

#include <otaru/update/backup.hpp>

#include "tiny_board.hpp"

namespace {

using namespace otaru;
using flash::Operation;
using flash::RamFlash;
using tiny::must;
using Backup = update::BackupSector<RamFlash, mbed::Crypto>;

constexpr std::uint32_t kAt = tiny::kLayout.backup.offset;
constexpr std::uint32_t kOta2 = tiny::kLayout.ota2.offset;
constexpr std::uint32_t kSector = flash::kSectorSize;
constexpr std::array<std::byte, 4> kName{std::byte{2}, std::byte{'O'}, std::byte{'T'}, std::byte{'B'}};

std::array<std::byte, 8> right_header(Bytes sector) {
  std::array<std::byte, 8> header;
  const auto digest = tiny::sha256(sector.subspan(8));
  copy(kName, header);
  copy(Bytes(digest).first(4), MutableBytes(header).subspan(4));
  return header;
}

bool says_valid(const RamFlash& part) {
  const Bytes sector = tiny::region(part, kAt, kSector);
  return equal(sector.first(8), right_header(sector));
}

/// Some bits of the name are left and no others: clearing turns ones to zeros.
bool says_half_cleared(const RamFlash& part) {
  const Bytes found = tiny::region(part, kAt, 4);
  bool some = false;
  for (std::size_t i = 0; i < kName.size(); ++i) {
    if ((found[i] | kName[i]) != kName[i]) return false;
    some = some || found[i] != std::byte{0};
  }
  return some;
}

void check_reading(RamFlash& part, Backup& backup) {
  const Result<bool> valid = backup.valid();
  const Result<bool> half = backup.half_cleared();
  must(valid.has_value() && half.has_value(), "a part that can be read is read");
  must(*valid == says_valid(part), "a copy is valid as the specification says");
  must(*half == says_half_cleared(part), "a header is half cleared as the specification says");
}

/// A header with a bit changed, of each byte another, speaks for nothing.
void check_header_bits(RamFlash part) {
  mbed::Crypto library;
  for (std::uint32_t bit = 0; bit < 64; bit += 9) {
    part.memory[kAt + bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    Backup backup(part, library, tiny::kLayout);
    must(!*backup.valid(), "a header with a changed bit is none");
    part.memory[kAt + bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
  }
}

void check_restore(RamFlash part) {
  mbed::Crypto library;
  Backup backup(part, library, tiny::kLayout);
  const tiny::Content before = part.memory;
  must(backup.settle() == Status::ok && part.memory == before, "settling a valid header changes nothing");
  must(backup.restore() == Status::ok, "a copy can be restored");
  must(tiny::same_outside(before, part.memory, kOta2, kSector), "restore writes OTA2's first sector only");
  must(is_blank(tiny::region(part, kOta2, 8)), "a restored sector has no signature yet");
  must(equal(tiny::region(part, kOta2 + 8, kSector - 8), tiny::region(part, kAt + 8, kSector - 8)),
       "what was saved is restored");
  must(*backup.valid(), "the copy outlives the restore");
}

void check_clear(RamFlash part) {
  mbed::Crypto library;
  Backup backup(part, library, tiny::kLayout);
  const tiny::Content before = part.memory;
  must(backup.clear() == Status::ok, "a header can be cleared");
  must(tiny::same_outside(before, part.memory, kAt, 8), "clear writes the header only");
  must(!*backup.valid() && !*backup.half_cleared(), "a cleared header is none");
}

void check_save(RamFlash part) {
  mbed::Crypto library;
  Backup backup(part, library, tiny::kLayout);
  const tiny::Content before = part.memory;
  const std::uint64_t programs = part.programs;
  const std::uint64_t erases = part.sector_erases;
  must(backup.save() == Status::ok, "OTA2's first sector can be saved");
  must(part.programs - programs <= 33 && part.sector_erases - erases == 1 && part.block_erases == 0,
       "a save is 33 programs and an erase at most");
  must(tiny::same_outside(before, part.memory, kAt, kSector), "save writes the Backup sector only");
  must(equal(tiny::region(part, kAt + 8, kSector - 8), tiny::region(part, kOta2 + 8, kSector - 8)),
       "a copy is one");
  check_reading(part, backup);
  must(*backup.valid(), "a copy that was saved is valid");
  check_header_bits(part);
  check_restore(part);
  check_clear(part);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tiny::Input input(data, size);
  const unsigned settings = input.byte();
  RamFlash part = tiny::make_flash();
  tiny::put(part, kOta2, tiny::images()[0]);
  const tiny::Content copied(part.memory.begin() + kOta2, part.memory.begin() + kOta2 + kSector);
  if ((settings & 1) != 0) tiny::put(part, kAt, copied);
  const unsigned gone = (settings & 4) != 0 ? input.byte() : 0;
  tiny::put(part, kAt, input.take(kSector));
  if ((settings & 2) != 0) tiny::put(part, kAt, right_header(tiny::region(part, kAt, kSector)));
  if ((settings & 4) != 0)
    for (std::uint32_t i = 0; i < 4; ++i)
      part.memory[kAt + i] = kName[i] & ~static_cast<std::byte>(gone >> 2 * i | gone << 2 * i);

  mbed::Crypto library;
  Backup backup(part, library, tiny::kLayout);
  const tiny::Content before = part.memory;
  check_reading(part, backup);
  must(part.memory == before, "reading changes nothing");
  if (*backup.valid()) {
    check_header_bits(part);
    check_restore(part);
  }
  check_clear(part);
  // Any bytes may stand where OTA2's first sector is: they are kept too.
  check_save(part);
  tiny::put(part, kOta2, tiny::region(part, kAt, kSector));
  check_save(part);

  // The judge says the same of a board whose only whole copy is in Backup.
  const powercut::Judge judge = tiny::make_judge();
  std::fill_n(part.memory.begin() + kOta2, kSector, std::byte{0xFF});
  const bool whole = equal(tiny::region(part, kAt + 8, kSector - 8), Bytes(copied).subspan(8));
  const Result<bool> valid = backup.valid();
  must(judge.restorable(part.memory, tiny::Steady{}, 1, 0) == (*valid && whole), "the judge reads the same");
  return 0;
}
