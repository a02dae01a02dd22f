// Drives a whole board's side of the push with any events from any number of senders, and with a flash that
// fails and a power that is cut now and then. Whatever comes: nothing outside the target slot changes, some
// whole image boots, and every connection ends.
//
// The input is a small program, so that the fuzzer can go deep: a byte of settings, then operations. Each is
// a byte (3 bits what, 2 bits seat, 3 bits parameter) and its operands; see Script::run().
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <vector>

#include <flash/ram_flash.hpp>
#include <flash/small_layout.hpp>
#include <image/made_image2.hpp>
#include <push/made_push.hpp>
#include <update/test_update.hpp>

#include <otaru/boot/select.hpp>
#include <otaru/push/reception.hpp>

namespace {

using namespace otaru;
using flash::Operation;
using flash::SlotId;
using push::Action;
using push::Event;
using push::Stream;

void must(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

Stream with_wrong_km4() {
  Stream image = image::made_image2({.seed = 4});
  image[image::km4_offset(image)] = std::byte{0};
  return push::made_push(image);
}

/// What honest senders send: the smallest image, one with every segment, one that needs a block erase, and
/// one that only the look at KM4 can refuse.
const std::array<Stream, 4>& made_streams() {
  static const std::array<Stream, 4> streams{
      push::made_push(image::made_image2_of(image::kSmallestMadeImage, 2)),
      push::made_push(image::made_image2({.km4_psram = 40, .img3 = 300, .seed = 3})),
      push::made_push(image::made_image2_of(90'001, 5)), with_wrong_km4()};
  return streams;
}

constexpr const flash::Layout& kLayout = flash::kSmallLayout;
constexpr std::size_t kSeats = 3;

/// The flash at the start, every byte of it in use.
/// @param settings  bit 0: OTA2 is running; bits 1 and 2: what the target slot holds
Stream make_flash(unsigned settings) {
  Stream memory(kLayout.size);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::byte>((i * 7 + i / 251) % 255);
  const auto install = [&](const flash::Slot& slot, Bytes image) {
    std::copy(image.begin(), image.end(), memory.begin() + slot.offset);
  };
  const bool ota2_runs = settings & 1;
  install(ota2_runs ? kLayout.ota2 : kLayout.ota1, image::made_image2({.seed = 1}));
  const flash::Slot& target = ota2_runs ? kLayout.ota1 : kLayout.ota2;
  switch (settings >> 1) {
    case 0: std::fill_n(memory.begin() + target.offset, target.size, std::byte{0xFF}); break;
    case 1: break;
    case 2:  // an OTA2 that boots would be running
      if (ota2_runs) install(target, image::made_image2({.seed = 6}));
      break;
    default:
      if (ota2_runs) install(target, image::kImage2Signature);
      break;
  }
  return memory;
}

const Stream& made_flash(unsigned settings) {
  static const std::array<Stream, 8> made{make_flash(0), make_flash(1), make_flash(2), make_flash(3),
                                          make_flash(4), make_flash(5), make_flash(6), make_flash(7)};
  return made[settings];
}

class Board {
 public:
  explicit Board(unsigned settings) : running_(settings & 1 ? SlotId::ota2 : SlotId::ota1) {
    part_.memory = made_flash(settings & 7);
    part_.before = [this](Operation operation, std::uint32_t at, std::size_t length) {
      return permit(operation, at, length);
    };
    start();
  }

  void open() {
    const auto seat = reception_->open(now_ms_);
    must(seat.index < kSeats, "a seat is one of those that exist");
    must(seat.evicts == guests_[seat.index].open, "evicts exactly who sits there");
    guests_[seat.index] = {.open = true, .taken = {}};
  }

  /// An event, and all that the port has to do after it.
  void happen(std::size_t seat, Event::Kind kind, Stream bytes = {}) {
    while (guests_[seat].open) {
      const Action action = step(seat, {kind, bytes});
      must(action.consumed <= bytes.size(), "takes no more than it is given");
      if (ended(seat, action)) return;
      if (action.next == Action::Next::wait) {
        must(action.consumed == bytes.size(), "waits only when all is taken");
        return;
      }
      // A copy of its own, so that a read behind its end is seen.
      bytes = Stream(bytes.begin() + static_cast<std::ptrdiff_t>(action.consumed), bytes.end());
      kind = bytes.empty() ? Event::Kind::time : Event::Kind::bytes;
    }
  }

  void pass(std::uint32_t ms) { now_ms_ += ms; }
  void fail_in(std::uint32_t operations) { fail_in_ = operations; }

  void cycle_power() {
    check();
    start();
  }

  /// Lets time pass until every connection has ended.
  void finish() {
    for (std::size_t seat = 0; seat < kSeats; ++seat) {
      for (int steps = 0; guests_[seat].open; ++steps) {
        must(steps < 10, "every connection ends when time passes");
        now_ms_ = reception_->deadline_ms(seat);
        happen(seat, Event::Kind::time);
      }
    }
  }

  std::size_t sent(std::size_t seat) const { return guests_[seat].taken.size(); }

 private:
  struct Guest {
    bool open = false;
    Stream taken{};  ///< every byte that was consumed
  };

  /// Boots as a board does, with the resets that its trial asks for, and confirms what runs. What power cuts
  /// do to that is proven elsewhere (test/powercut).
  void start() {
    guests_ = {};
    starting_ = true;
    for (int starts = 0;; ++starts) {
      must(starts < 5, "a board settles");
      const Result<boot::Selection> selection = boot::select(part_, kLayout);
      must(selection && selection->boots(), "some image boots");
      running_ = *selection->slot;
      board_.emplace(part_, kLayout, running_);
      if (!needs_reset(board_->trial.start())) break;
    }
    must(board_->trial.confirm() == Status::ok, "an image can be confirmed");
    starting_ = false;
    verified_.reset();
    reception_.emplace(part_, board_->library, kLayout, board_->trial, board_->trust);
  }

  Action step(std::size_t seat, const Event& event) {
    must(++steps_ < 100'000, "every input ends");
    const Action action = reception_->step(seat, event, now_ms_);
    Stream& taken = guests_[seat].taken;
    taken.insert(
        taken.end(), event.bytes.begin(),
        event.bytes.begin() + static_cast<std::ptrdiff_t>(std::min(action.consumed, event.bytes.size())));
    if (action.note == push::Note::verified) verified_ = image_of(taken);
    must(push::StatusLine(action.reply).text().size() <= push::kMaxStatusLine, "a line fits");
    const SlotId boots = check();
    must(action.note != push::Note::committed || boots != running_, "a committed image boots");
    return action;
  }

  /// True if the connection ended; the board is reset then, if it said so.
  bool ended(std::size_t seat, const Action& action) {
    must(reception_->taken_over() != seat, "nobody takes over from himself");
    if (action.next != Action::Next::close && action.next != Action::Next::close_and_reset) return false;
    guests_[seat].open = false;
    must(!reception_->open_at(seat), "a closed connection leaves its seat");
    if (action.next == Action::Next::close_and_reset) {
      must(check() != running_, "a reset leads into the new image");
      cycle_power();
    }
    return true;
  }

  static Stream image_of(const Stream& taken) {
    const std::uint32_t length = load_le32(Bytes(taken).subspan(push::offset::kImageLength));
    const auto start = taken.begin() + push::offset::kImage;
    must(taken.size() >= push::offset::kImage + length, "an image is whole before it is good");
    return {start, start + static_cast<std::ptrdiff_t>(length)};
  }

  /// Asked before each operation: is it one that an update may do?
  Status permit(Operation operation, std::uint32_t at, std::size_t length) {
    if (checking_ || starting_) return Status::ok;
    if (fail_in_ != 0 && --fail_in_ == 0) return Status::flash_failed;
    if (operation == Operation::read) return Status::ok;
    const SlotId boots = check();
    const flash::Slot& target = kLayout.slot(flash::other(running_));
    const bool inside = at >= target.offset && at + length <= target.end();
    const bool retires = operation == Operation::program && running_ == SlotId::ota2 &&
                         at == kLayout.ota2.offset && length == 4;
    must(inside || retires, "nothing outside the target slot changes");
    // A commit whose read-back failed may leave a good new image signed: the next update unsigns it first.
    const bool unsigns = operation == Operation::program && at == target.offset && length == 4;
    must(boots == running_ || unsigns, "what boots next is not written");
    return Status::ok;
  }

  /// What the boot loader does now; breaks if it is not one of the two whole images.
  SlotId check() {
    checking_ = true;
    const Result<boot::Selection> selection = boot::select(part_, kLayout);
    checking_ = false;
    must(selection && selection->boots(), "some image boots");
    if (*selection->slot != running_) {
      must(verified_.has_value(), "only a verified image boots");
      const auto slot = part_.memory.begin() + kLayout.slot(*selection->slot).offset;
      must(std::equal(verified_->begin(), verified_->end(), slot), "what boots is what was sent");
    }
    return *selection->slot;
  }

  flash::RamFlash part_{kLayout.size};
  SlotId running_;
  std::optional<update::TestBoard> board_;
  std::optional<push::Reception<flash::RamFlash, crypto::TestCrypto, kSeats>> reception_;
  std::array<Guest, kSeats> guests_{};
  std::optional<Stream> verified_;
  std::uint32_t now_ms_ = 0xFFFF'8000;  // wraps soon
  std::uint32_t fail_in_ = 0;
  std::uint32_t steps_ = 0;
  bool checking_ = false;
  bool starting_ = false;
};

/// Reads the input; operands that are missing are 0.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : rest_(std::as_bytes(std::span(data, size))) {}

  void run() {
    Board board(byte());
    for (int operations = 0; !rest_.empty() && operations < 200; ++operations) {
      const unsigned head = byte();
      const std::size_t seat = (head >> 3 & 3) % kSeats;
      const unsigned parameter = head >> 5;
      switch (head & 7) {
        case 0: board.open(); break;
        case 1: board.happen(seat, Event::Kind::bytes, raw(byte() + 1u)); break;
        case 2: board.happen(seat, Event::Kind::bytes, made(parameter, board.sent(seat), word())); break;
        case 3: {  // the same with a byte changed
          Stream bytes = made(parameter, board.sent(seat), word());
          const unsigned at = word(), flipped = byte();
          if (!bytes.empty()) bytes[at % bytes.size()] ^= static_cast<std::byte>(flipped);
          board.happen(seat, Event::Kind::bytes, bytes);
          break;
        }
        case 4:
          board.pass(word() << parameter);
          board.happen(seat, Event::Kind::time);
          break;
        case 5: board.happen(seat, parameter % 2 == 0 ? Event::Kind::closed : Event::Kind::lost); break;
        case 6: board.fail_in(word()); break;
        default: board.cycle_power(); break;
      }
    }
    board.finish();
  }

 private:
  unsigned byte() {
    if (rest_.empty()) return 0;
    const auto value = std::to_integer<unsigned>(rest_[0]);
    rest_ = rest_.subspan(1);
    return value;
  }
  unsigned word() {
    const unsigned low = byte();
    return low | byte() << 8;
  }
  Stream raw(std::size_t length) {
    const Bytes taken = rest_.first(std::min(length, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return {taken.begin(), taken.end()};
  }
  /// The next bytes of a made stream, for a sender that sent `from` already.
  static Stream made(unsigned which, std::size_t from, std::size_t length) {
    const Stream& stream = made_streams()[which % made_streams().size()];
    const std::size_t start = std::min(from, stream.size());
    const std::size_t end = std::min(start + length, stream.size());
    return {stream.begin() + static_cast<std::ptrdiff_t>(start),
            stream.begin() + static_cast<std::ptrdiff_t>(end)};
  }

  Bytes rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size != 0) Script(data, size).run();
  return 0;
}
