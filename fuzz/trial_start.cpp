// The start code of a board whose records, marks, Backup sector and signatures hold anything at all, with a
// flash that fails once or not: it writes nowhere else, comes to an end, and a board that could boot still
// can.
//
// The input is four bytes of settings (see Board), then operations that write the flash; each is a byte (3
// bits what, 1 bit slot, 4 bits parameter) and its operands, see Board::change(). Then the board starts until
// it has settled. What boots is read by the judge of the power-cut proof, which shares nothing with core.
#include <cstdint>
#include <optional>

#include <otaru/update/trial.hpp>

#include "tiny_board.hpp"

namespace {

using namespace otaru;
using flash::Operation;
using flash::RamFlash;
using flash::SlotId;
using tiny::must;
using update::Started;
using update::TrialState;
using Trial = update::Trial<RamFlash, mbed::Crypto>;

constexpr std::uint32_t kSector = flash::kSectorSize;
constexpr const flash::Layout& kLayout = tiny::kLayout;
constexpr int kMostStarts = 24;          // a completion, 8 tries, a roll back, and some to spare
constexpr std::uint32_t kMostOps = 120;  // writing operations of one start: two sectors and some marks

/// What an image on trial does.
enum class Manner : std::uint8_t { confirms, crashes, rejects, confirms_later };

class Board {
 public:
  /// Settings: images and signatures of the slots (2 bits each: blank, image 0, image 1, image 0 damaged;
  /// set, cleared, blank, half set); tries allowed and manner; the operation that fails (0: none); spare.
  explicit Board(tiny::Input& input) {
    const unsigned images = input.byte();
    const unsigned behaviour = input.byte();
    fail_at_ = input.byte();
    static_cast<void>(input.byte());
    for (unsigned slot = 0; slot < 2; ++slot) {
      put_image(slot, images >> 2 * slot & 3);
      put_signature(slot, images >> (4 + 2 * slot) & 3);
    }
    tries_ = 1 + (behaviour & 7);
    manner_ = static_cast<Manner>(behaviour >> 3 & 3);
  }

  void change(tiny::Input& input) {
    const unsigned what = input.byte();
    const unsigned slot = what >> 3 & 1;
    const unsigned parameter = what >> 4;
    const std::uint32_t record = region(slot).record();
    switch (what & 7) {
      case 0: tiny::put(part_, record + 2 * input.byte(), input.take(parameter + 1)); break;
      case 1: put_record(slot, tiny::images()[parameter & 1], input.byte()); break;
      case 2: put_mark(slot, parameter); break;
      case 3: put_backup(tiny::images()[parameter & 1]); break;
      case 4: {
        const std::uint32_t at = input.word() % (kSector - 16);
        tiny::put(part_, kLayout.backup.offset + at, input.take(parameter + 1));
        break;
      }
      case 5: put_backup_header(); break;
      case 6: put_image(slot, parameter & 3, parameter < 8 ? kSector : kSector / 2); break;
      default: {
        const MutableBytes bytes = MutableBytes(part_.memory).subspan(record);
        copy(Bytes(tiny::sha256(bytes.first(96))).first(16), bytes.subspan(96));
        break;
      }
    }
  }

  void run() {
    judge_.remember(part_.memory);
    std::optional<unsigned> slot = boots();
    if (!slot) return;  // dead, or hanging in the boot loader, before any code of ours ran
    part_.before = [this](Operation operation, std::uint32_t at, std::size_t length) {
      return permit(operation, at, length);
    };
    for (int starts = 0;; ++starts) {
      must(starts < kMostStarts, "a board settles");
      if (manner_ == Manner::confirms_later && starts == 1) manner_ = Manner::confirms;
      failed_ = false;
      const Started started = start(*slot);
      if (started != Started::on_trial && !update::needs_reset(started) && !failed_) {
        check_settled(*slot, started);
        return;
      }
      slot = boots();
    }
  }

 private:
  static const flash::Slot& region(unsigned slot) { return slot == 0 ? kLayout.ota1 : kLayout.ota2; }

  /// @param most  bytes that are replaced, from the start of the slot
  void put_image(unsigned slot, unsigned kind, std::uint32_t most = 0x4000) {
    tiny::Content content(region(slot).capacity(), std::byte{0xFF});
    if (kind != 0) {
      const tiny::Content& image = tiny::images()[kind == 2 ? 1 : 0];
      std::copy(image.begin(), image.end(), content.begin());
      if (kind == 3) content[100] ^= std::byte{0x40};  // in a payload: its headers are in order
    }
    // The signature is not the image's matter.
    tiny::put(part_, region(slot).offset + 8, Bytes(content).first(most).subspan(8));
  }

  void put_signature(unsigned slot, unsigned kind) {
    image::Signature bytes = image::kImage2Signature;
    if (kind == 1) std::fill_n(bytes.begin(), 4, std::byte{0});
    if (kind == 2) bytes.fill(std::byte{0xFF});
    if (kind == 3) bytes[5] |= std::byte{0xF0};
    tiny::put(part_, region(slot).offset, bytes);
  }

  void put_record(unsigned slot, const tiny::Content& image, unsigned sequence) {
    update::Record record;
    record.sequence = sequence;
    record.length = static_cast<std::uint32_t>(image.size());
    record.sha256 = tiny::sha256(image);
    tiny::put(part_, region(slot).record(), encode(library_, record));
  }

  void put_mark(unsigned slot, unsigned which) {
    update::Mark mark{};
    if (which % 11 == update::kMaxTries) mark = update::kConfirmedMark;
    tiny::put(part_, region(slot).record() + update::kMarksOffset + which % 11 * update::kMarkSize, mark);
  }

  void put_backup(const tiny::Content& image) {
    tiny::put(part_, kLayout.backup.offset, Bytes(image).first(kSector));
    put_backup_header();
  }

  void put_backup_header() {
    const auto digest = tiny::sha256(tiny::region(part_, kLayout.backup.offset + 8, kSector - 8));
    std::array<std::byte, 8> header{std::byte{2}, std::byte{'O'}, std::byte{'T'}, std::byte{'B'}};
    copy(Bytes(digest).first(4), MutableBytes(header).subspan(4));
    tiny::put(part_, kLayout.backup.offset, header);
  }

  /// Asked before each operation: is it one that start code may do?
  Status permit(Operation operation, std::uint32_t at, std::size_t length) {
    if (operation == Operation::read) return Status::ok;
    ++operations_;
    must(operations_ - operations_before_ <= kMostOps, "a start ends in bounded operations");
    must(operation != Operation::erase_block, "a start erases no block");
    const auto inside = [&](std::uint32_t from, std::uint32_t size) {
      return at >= from && at + length <= from + size;
    };
    const bool allowed = inside(kLayout.ota1.offset, image::kSignatureSize) ||
                         inside(kLayout.ota2.offset, kSector) || inside(kLayout.ota1.record(), kSector) ||
                         inside(kLayout.ota2.record(), kSector) || inside(kLayout.backup.offset, kSector);
    must(allowed, "a start writes signatures, records, OTA2's first sector and Backup");
    if (operation != Operation::program)
      must(at == kLayout.ota2.offset || at == kLayout.backup.offset, "a start erases two sectors only");
    if (fail_at_ == 0 || operations_ != fail_at_) return Status::ok;
    failed_ = true;
    return Status::flash_failed;
  }

  /// The slot that comes up, by the judge; none if the board is dead.
  std::optional<unsigned> boots() const {
    const powercut::Boot boot = judge_.boot(part_.memory, steady_);
    if (boot.nothing) return std::nullopt;
    const unsigned slot = boot.slot[1] ? 1 : 0;
    if (!judge_.km4_stands(part_.memory, steady_, static_cast<int>(slot))) return std::nullopt;
    return slot;
  }

  /// The number of the image that the slot's record speaks for; none if no record of ours does.
  std::optional<int> recorded(unsigned slot) const {
    const std::uint32_t writing = region(slot).record() + update::kWritingOffset;
    if (!is_blank(tiny::region(part_, writing, update::kMarkSize))) return std::nullopt;
    for (const int image : {0, 1})
      if (judge_.recorded(part_.memory, steady_, static_cast<int>(slot), image)) return image;
    return std::nullopt;
  }

  Started start(unsigned slot) {
    const std::optional<int> others[2] = {recorded(0), recorded(1)};
    operations_before_ = operations_;
    Trial trial(part_, library_, kLayout, slot == 0 ? SlotId::ota1 : SlotId::ota2, tries_);
    Started started = trial.start();
    must(!trial.on_trial() || started == Started::on_trial || started == Started::flash_failed ||
             update::needs_reset(started),
         "who is on trial is told so");
    check(slot, others);
    if (started == Started::on_trial) {
      operations_before_ = operations_;
      if (manner_ == Manner::confirms && trial.confirm() == Status::ok) {
        must(judge_.confirmed(part_.memory, steady_, static_cast<int>(slot)), "a confirmation is in flash");
        started = Started::normal;
      }
      if (manner_ == Manner::rejects) started = trial.reject();
      check(slot, others);
    }
    return started;
  }

  /// After every start, whatever the flash held and whatever failed.
  void check(unsigned before, const std::optional<int> (&others)[2]) const {
    must(judge_.foreign_change(part_.memory, steady_).empty(), "nobody else's region changes");
    const std::optional<unsigned> now = boots();
    must(now.has_value(), "a board that booted boots again");
    if (*now == before || !others[*now]) return;
    // Without a record nothing but its headers can be known of an image; with one, all.
    must(judge_.identify(part_.memory, steady_, static_cast<int>(*now)) == *others[*now],
         "what is booted instead is what its record says");
  }

  void check_settled(unsigned slot, Started started) {
    must(boots() == slot, "a board that asks for no reset runs what boots");
    if (started == Started::flash_failed) return;
    fail_at_ = 0;
    const tiny::Content first = (static_cast<void>(start(slot)), part_.memory);
    if (boots() != slot) return;  // an image that was just confirmed may finish the other's commit
    const Started again = start(slot);
    must(again == Started::on_trial || part_.memory == first, "a settled board writes nothing new");
  }

  RamFlash part_ = tiny::make_flash();
  mbed::Crypto library_;
  powercut::Judge judge_ = tiny::make_judge();
  tiny::Steady steady_;
  std::uint32_t tries_ = 3;
  Manner manner_ = Manner::confirms;
  std::uint32_t fail_at_ = 0;
  std::uint32_t operations_ = 0;
  std::uint32_t operations_before_ = 0;
  bool failed_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tiny::Input input(data, size);
  Board board(input);
  for (int changes = 0; !input.ended() && changes < 40; ++changes) board.change(input);
  board.run();
  return 0;
}
