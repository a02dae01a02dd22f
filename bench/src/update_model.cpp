#include "update_model.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <otaru/board/factory.hpp>
#include <otaru/board/nor_model.hpp>
#include <otaru/board/random.hpp>
#include <otaru/board/sample_image.hpp>
#include <otaru/boot/select.hpp>
#include <otaru/image/ota_file.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/push/announcement.hpp>
#include <otaru/push/reception.hpp>
#include <otaru/update/trial.hpp>
#include <otaru/update/trust.hpp>

namespace otaru::bench {
namespace {

using board::NorModel;
using std::chrono::nanoseconds;

constexpr const flash::Layout& kLayout = flash::kAmebaD2Mb;
constexpr const flash::Slot& kTarget = kLayout.ota2;
constexpr std::size_t kSend = 1024;  // bytes, as the stock uploader sends them
constexpr std::uint32_t kRunningImage = 65'536;

double seconds(nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

void check(Status status) {
  if (status != Status::ok)
    throw std::runtime_error("the model refused a step, status " + std::to_string(static_cast<int>(status)));
}

/// A board that runs from OTA1, with no blank byte where images stand in OTA2. In the slot's last sector
/// stands nothing, as stock tools leave it; or, after an interrupted one, what is no record.
class Board {
 public:
  Board(const board::Timing& timing, update::SlotHistory history)
      : store_(fresh(history)), part_(store_, timing) {}

  NorModel& part() { return part_; }

  VirtualRow row(std::string way, Bytes image, nanoseconds receiving) const {
    if (!equal(part_.content().subspan(kTarget.offset, image.size()), image))
      throw std::runtime_error(way + ": the slot does not hold the image");
    const board::NorStatistics& spent = part_.statistics();
    return {.way = std::move(way),
            .bytes = static_cast<std::uint32_t>(image.size()),
            .receive_s = seconds(receiving),
            .erase_s = seconds(spent.erasing),
            .program_s = seconds(spent.programming),
            .read_s = seconds(spent.reading),
            .reset_s = seconds(part_.timing().reset)};
  }

 private:
  static std::vector<std::byte> fresh(update::SlotHistory history) {
    std::vector<std::byte> content = board::make_factory_flash(kLayout);
    const std::vector<std::byte> running = board::make_sample_image(kRunningImage, 1);
    std::ranges::copy(running, content.begin() + kLayout.ota1.offset);
    board::Random random(2);
    const bool interrupted = history == update::SlotHistory::interrupted;
    const std::uint32_t used = interrupted ? kTarget.size : kTarget.capacity();
    for (std::byte& b : MutableBytes(content).subspan(kTarget.offset, used))
      b = random.byte() & std::byte{0x7F};
    return content;
  }

  std::vector<std::byte> store_;
  NorModel part_;
};

std::vector<std::byte> made_ota_file(Bytes image) {
  image::OtaHeader header;
  header.count = 1;
  const auto length = static_cast<std::uint32_t>(image.size());
  header.images[0] = {image::ImageId::ota1, byte_sum(image), length, header.size(), kTarget.address()};
  std::vector<std::byte> file(header.size());
  image::write_ota_header(header, file);
  file.insert(file.end(), image.begin(), image.end());
  return file;
}

/// One sender, in virtual time.
class Sender {
 public:
  explicit Sender(NorModel& part)
      : part_(part),
        trial_(part, library_, kLayout, flash::SlotId::ota1),
        reception_(part, library_, kLayout, trial_, trust_) {
    seat_ = reception_.open(now_ms()).index;
  }

  /// Lets `bytes` come over the air, then gives them to the receiver.
  void send(Bytes bytes) {
    receiving_ += part_.timing().receive(bytes.size());
    push::Action action{};
    do {
      action = step({push::Event::Kind::bytes, bytes});
      bytes = bytes.subspan(action.consumed);
    } while (!bytes.empty());
    while (action.next == push::Action::Next::again) action = step({push::Event::Kind::time, {}});
  }

  bool committed() const { return committed_; }
  nanoseconds receiving() const { return receiving_; }

 private:
  push::Action step(const push::Event& event) {
    const push::Action action = reception_.step(seat_, event, now_ms());
    if (action.note == push::Note::refused) check(action.reason);
    committed_ = committed_ || action.note == push::Note::committed;
    return action;
  }

  std::uint32_t now_ms() const {
    const nanoseconds now = receiving_ + part_.statistics().busy();
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  }

  NorModel& part_;
  mbed::Crypto library_;
  update::Trial<NorModel, mbed::Crypto> trial_;  // not started: a board from the factory, nothing to settle
  update::Trust trust_;                          // no keys
  push::Reception<NorModel, mbed::Crypto> reception_;
  std::size_t seat_ = 0;
  nanoseconds receiving_{0};
  bool committed_ = false;
};

}  // namespace

VirtualRow stock_update(std::uint32_t bytes, const board::Timing& timing) {
  constexpr std::uint32_t kPiece = 12;
  const std::vector<std::byte> image = board::make_sample_image(bytes, 3);
  Board board(timing, update::SlotHistory::clean);
  NorModel& part = board.part();

  for (std::uint32_t at = 0; at < bytes; at += flash::kSectorSize)
    check(part.erase_sector(kTarget.offset + at));

  // The signature is kept back until all is verified; NOR rules split a piece that crosses a page.
  std::uint32_t at = image::kSignatureSize;
  while (at < bytes) {
    const std::uint32_t to_page_end = flash::kPageSize - at % flash::kPageSize;
    const std::uint32_t size = std::min({kPiece - at % kPiece, to_page_end, bytes - at});
    check(part.program(kTarget.offset + at, Bytes(image).subspan(at, size)));
    at += size;
  }

  std::vector<std::byte> found(bytes);
  check(part.read_by_command(kTarget.offset, found));
  check(part.program(kTarget.offset, Bytes(image).first(image::kSignatureSize)));
  const std::size_t sent = push::kAnnouncementSize + image::kBoardHeaderSize + bytes;
  return board.row("stock", image, timing.receive(sent));
}

VirtualRow our_update(std::uint32_t bytes, update::SlotHistory history, const board::Timing& timing) {
  const std::vector<std::byte> image = board::make_sample_image(bytes, 4);
  const std::vector<std::byte> file = made_ota_file(image);
  Board board(timing, history);
  Sender sender(board.part());

  std::array<std::byte, push::kAnnouncementSize> announcement{};
  push::write_announcement({byte_sum(file), static_cast<std::uint32_t>(file.size())}, announcement);
  sender.send(announcement);
  for (std::size_t at = 0; at < file.size(); at += kSend)
    sender.send(Bytes(file).subspan(at, std::min(kSend, file.size() - at)));
  if (!sender.committed()) throw std::runtime_error("ours: the board has not taken the image");

  const char* way = history == update::SlotHistory::clean ? "ours" : "again";
  VirtualRow row = board.row(way, image, sender.receiving());
  const Result<boot::Selection> selection = boot::select(board.part(), kLayout);
  if (!selection || !selection->boots() || *selection->slot != flash::SlotId::ota2)
    throw std::runtime_error("ours: the board does not boot the image");
  return row;
}

VirtualRow flash_limit(std::uint32_t bytes, const board::Timing& timing) {
  const std::uint32_t end = kTarget.offset + align_up(bytes, flash::kSectorSize);
  nanoseconds erasing{0};
  for (std::uint32_t at = kTarget.offset; at < end;) {
    const std::uint32_t block_end = align_down(at, flash::kBlockSize) + flash::kBlockSize;
    const std::uint32_t until = std::min(block_end, end);
    const nanoseconds by_sectors = timing.erase_sector * ((until - at) / flash::kSectorSize);
    const bool whole_block = at % flash::kBlockSize == 0 && block_end <= kTarget.end();
    erasing += whole_block ? std::min(by_sectors, timing.erase_block) : by_sectors;
    at = until;
  }
  nanoseconds programming{0};
  const std::vector<std::byte> image = board::make_sample_image(bytes, 4);
  for (std::uint32_t at = 0; at < bytes; at += flash::kPageSize) {
    const Bytes page = Bytes(image).subspan(at, std::min(flash::kPageSize, bytes - at));
    if (!is_blank(page)) programming += timing.program(page.size());
  }
  return {.way = "limit",
          .bytes = bytes,
          .receive_s = 0,
          .erase_s = seconds(erasing),
          .program_s = seconds(programming),
          .read_s = 0,
          .reset_s = seconds(timing.reset)};
}

}  // namespace otaru::bench
