// What comes in on the virtual board's serial line in download mode: whatever it is, the model goes on, keeps
// to the flash's rules, never runs out of words, and a reset makes it new.
//
// The input's first byte is the size of the pieces (0: all at once); the rest is what the computer sends, at
// the rate that the board listens at.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include <otaru/board/download_mode.hpp>

namespace {

using namespace otaru;
using board::DownloadMode;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Sends the loader, as `otaru flash` does, and starts it.
void start_loader(DownloadMode& mode) {
  const std::vector<std::byte> loader = board::make_stand_in_loader();
  const auto send = [&mode](const std::vector<std::byte>& bytes) {
    mode.receive(bytes, mode.baud(), DownloadMode::Time{0});
  };
  send({std::byte{0x07}});
  std::uint8_t sequence = 1;
  for (std::size_t at = 0; at < loader.size(); at += 1024, ++sequence) {
    std::vector<std::byte> frame(3 + 4 + 1024 + 1, std::byte{0xFF});
    frame[0] = std::byte{0x02};
    frame[1] = std::byte{sequence};
    frame[2] = ~frame[1];
    store_le32(MutableBytes(frame).subspan(3), board::kLoaderAddress + static_cast<std::uint32_t>(at));
    const Bytes part = Bytes(loader).subspan(at, std::min<std::size_t>(1024, loader.size() - at));
    std::ranges::copy(part, frame.begin() + 7);
    std::uint8_t sum = 0;
    for (const std::byte byte : Bytes(frame).subspan(3, 4 + 1024))
      sum = static_cast<std::uint8_t>(sum + std::to_integer<unsigned>(byte));
    frame.back() = std::byte{sum};
    send(frame);
  }
  send({std::byte{0x04}});
  require(mode.stage() == DownloadMode::Stage::loader);
  static_cast<void>(mode.take_output());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = (data[0] & 0x3F) == 0 ? size : data[0] & 0x3F;
  const bool slow = (data[0] & 0x40) != 0;
  Bytes bytes = std::as_bytes(std::span(data, size)).subspan(1);

  std::vector<std::byte> content(0x20'0000, std::byte{0xFF});
  board::NorModel part(content);
  DownloadMode mode(part);
  DownloadMode::Time now{0};
  mode.reset(now);
  if ((data[0] & 0x80) != 0) start_loader(mode);
  std::size_t said = 0;
  const std::size_t sent = bytes.size();
  while (!bytes.empty()) {
    const std::size_t count = std::min(piece, bytes.size());
    mode.receive(bytes.first(count), mode.baud(), now);
    bytes = bytes.subspan(count);
    now = slow ? std::max(mode.next_tick(), now) : now + DownloadMode::Time{1};
    mode.tick(now);
    for (const DownloadMode::Output& output : mode.take_output()) said += output.bytes.size();
  }
  // A read answers one byte with a frame; nothing answers with more.
  require(said <= (sent + 2) * 2048);
  // It may have put the input into flash only where the protection was taken away first.
  const bool changed = std::ranges::any_of(content, [](std::byte byte) { return byte != std::byte{0xFF}; });
  require(!changed || !mode.flash_protected());

  mode.reset(now);
  require(mode.baud() == DownloadMode::kFirstBaud && mode.stage() == DownloadMode::Stage::rom);
  mode.tick(mode.next_tick());
  const auto output = mode.take_output();
  require(!output.empty() && output.back().bytes.back() == std::byte{0x15});  // NAK: here I am
  return 0;
}
