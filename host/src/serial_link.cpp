#include <algorithm>
#include <string>

#include <fmt/format.h>

#include <otaru/flash/flash.hpp>
#include <otaru/host/serial_link.hpp>

namespace otaru::host::serial {
namespace {

using std::chrono::milliseconds;
using Kind = SerialFailure::Kind;

constexpr milliseconds kByteLimit{1000};  // for a board that has nothing to do but answer
constexpr milliseconds kSlice{50};        // between looks at the user's Ctrl-C
constexpr milliseconds kNakPatience{
    120};                             // a NAK may have been on its way before the frame: an ACK follows it
constexpr milliseconds kSilence{40};  // shorter than the pause between NAKs
constexpr milliseconds kFrameLimit{1500};
constexpr milliseconds kReadPause{2500};  // until a board has dropped a read that went wrong
constexpr milliseconds kErasePerSector{500};
constexpr milliseconds kSumPerMiB{3000};
constexpr std::uint32_t kEraseStep = 16 * flash::kSectorSize;
constexpr std::uint32_t kReadStep = 64 * flash::kSectorSize;

std::uint16_t sectors(std::uint32_t size) noexcept {
  return static_cast<std::uint16_t>(size / flash::kSectorSize);
}

}  // namespace

void SerialLink::check_interrupt() const {
  if (interrupted_ && interrupted_()) throw SerialFailure(Kind::interrupted, "Stopped.");
}

void SerialLink::give_up(const char* what, bool refused) const {
  if (refused) throw SerialFailure(Kind::refused, fmt::format("The board refuses to {}.", what));
  throw SerialFailure(Kind::broken,
                      fmt::format("The board stopped answering when it was asked to {}.", what));
}

std::optional<std::uint8_t> SerialLink::byte(milliseconds limit) {
  const milliseconds end = time_.now() + limit;
  for (;;) {
    check_interrupt();
    const milliseconds left = std::max(end - time_.now(), milliseconds{0});
    std::byte one{};
    if (port_.read({&one, 1}, std::min(left, kSlice)) == 1) return std::to_integer<std::uint8_t>(one);
    if (time_.now() >= end) return std::nullopt;
  }
}

void SerialLink::put(Bytes bytes) {
  port_.write(bytes);
  port_.drain();
}

bool SerialLink::wait_for_board(milliseconds limit) {
  const milliseconds end = time_.now() + limit;
  unsigned in_a_row = 0;
  while (time_.now() < end) {
    const auto got = byte(end - time_.now());
    if (!got) return false;
    in_a_row = *got == kNak ? in_a_row + 1 : 0;
    if (*got >= ' ' && *got <= '~' && heard_.size() < 200) heard_ += static_cast<char>(*got);
    if (in_a_row == 2) return true;
  }
  return false;
}

bool SerialLink::wait_for_nak(milliseconds limit) {
  const milliseconds end = time_.now() + limit;
  while (time_.now() < end)
    if (byte(end - time_.now()) == kNak) return true;
  return false;
}

SerialLink::Reply SerialLink::reply(milliseconds limit, milliseconds nak_patience) {
  milliseconds end = time_.now() + limit;
  bool refused = false;
  while (time_.now() < end) {
    const auto got = byte(end - time_.now());
    if (!got) break;
    if (*got == kAck) return Reply::ack;
    if (*got == kCancel) return Reply::cancelled;
    if (*got == kNak && !refused) {
      refused = true;
      end = std::min(end, time_.now() + nak_patience);
    }
  }
  return refused ? Reply::nak : Reply::silent;
}

/// Waits until the board is ready (its NAK), sends, waits for ACK. NAKs meanwhile are those of waiting.
void SerialLink::command(Bytes bytes, milliseconds limit, const char* what) {
  Reply last = Reply::silent;
  for (unsigned i = 0; i < kTries / 2; ++i) {
    port_.discard_input();
    (void)wait_for_nak(kByteLimit);
    put(bytes);
    last = reply(limit, limit);
    if (last == Reply::ack) return;
    if (last == Reply::cancelled) break;
  }
  give_up(what, last != Reply::silent);
}

/// One attempt; if the ACK was lost, the board may have switched all the same. @return false if it did not
bool SerialLink::switch_baud(std::uint32_t baud) {
  const std::byte bytes[] = {std::byte{kSetBaud}, std::byte{baud_index(baud).value()}};
  const std::uint32_t before = baud_;
  port_.discard_input();
  (void)wait_for_nak(kByteLimit);
  put(bytes);
  (void)reply(milliseconds{300}, milliseconds{300});
  port_.set_baud(baud_ = baud);
  if (wait_for_nak(kByteLimit)) return true;
  port_.set_baud(baud_ = before);
  return false;
}

void SerialLink::set_baud(std::uint32_t baud) {
  if (baud == baud_) return;
  for (unsigned i = 0; i < kTries / 2; ++i)
    if (switch_baud(baud)) return;
  give_up(fmt::format("work at {} baud", baud).c_str(), false);
}

void SerialLink::open_data(std::uint32_t baud) {
  set_baud(baud);
  const std::byte bytes[] = {std::byte{kCheckBaud}};
  command(bytes, kByteLimit, "take data");
  // The board now asks for the first frame; what it sends before is not an answer to one.
  (void)wait_for_nak(milliseconds{200});
  sequence_ = 1;
}

void SerialLink::send_frame(const Frame& frame) {
  Reply last = Reply::silent;
  for (unsigned i = 0; i < kTries; ++i) {
    port_.discard_input();
    put(frame);
    last = reply(kByteLimit, kNakPatience);
    if (last == Reply::ack) return;
    if (last == Reply::cancelled) break;
  }
  give_up("take data", last != Reply::silent);
}

void SerialLink::send(std::uint32_t address, Bytes data, bool skip_blank, const Progress& progress) {
  for (std::size_t at = 0; at < data.size(); at += kFrameData) {
    const Bytes part = data.subspan(at, std::min(kFrameData, data.size() - at));
    if (!skip_blank || !is_blank(part))
      send_frame(data_frame(sequence_++, address + static_cast<std::uint32_t>(at), part));
    if (progress) progress(at + part.size());
  }
}

void SerialLink::end_data() {
  const std::byte bytes[] = {std::byte{kEnd}};
  const std::uint32_t data_baud = baud_;
  for (unsigned i = 0; i < kTries / 2; ++i) {
    port_.discard_input();
    put(bytes);
    const Reply answer = reply(kByteLimit, kNakPatience);
    if (answer == Reply::cancelled) give_up("end the data", true);
    port_.set_baud(baud_ = kFirstBaud);
    port_.discard_input();
    // A lost ACK shows here: the board asks for commands at the first rate.
    if (wait_for_board(kByteLimit)) {
      if (answer == Reply::ack || data_baud != kFirstBaud) return;
    } else if (answer == Reply::ack) {
      break;
    }
    port_.set_baud(baud_ = data_baud);
  }
  give_up("end the data", false);
}

void SerialLink::erase(std::uint32_t offset, std::uint32_t size, const Progress& progress) {
  for (std::uint32_t done = 0; done < size;) {
    const std::uint32_t step = std::min(kEraseStep, size - done);
    command(erase_command(offset + done, sectors(step)), kByteLimit + kErasePerSector * sectors(step),
            "erase its flash");
    done += step;
    if (progress) progress(done);
  }
}

/// The next frame, whole and with `sequence` or the number before; nullopt after 300 ms without a byte.
std::optional<Bytes> SerialLink::receive_frame(std::uint8_t sequence) {
  frame_.clear();
  const milliseconds end = time_.now() + kFrameLimit;
  while (frame_.size() < kReadFrameSize && time_.now() < end) {
    check_interrupt();
    std::array<std::byte, kReadFrameSize> part;
    const std::size_t room = kReadFrameSize - frame_.size();
    const std::size_t count = port_.read(std::span(part).first(room), milliseconds{300});
    if (count == 0) return std::nullopt;
    frame_.insert(frame_.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
    // NAKs of waiting, sent before the board began to read.
    while (!frame_.empty() && frame_.front() == std::byte{kNak}) frame_.erase(frame_.begin());
  }
  return read_frame_data(frame_, sequence);
}

/// Reads as much of a range as goes well. @return bytes added to `content`, a multiple of kFrameData
std::size_t SerialLink::read_step(std::uint32_t offset, std::uint32_t size, std::vector<std::byte>& content,
                                  const Progress& progress) {
  const std::byte ack[] = {std::byte{kAck}};
  const std::byte nak[] = {std::byte{kNak}};
  port_.discard_input();
  if (!wait_for_nak(kReadPause)) return 0;
  put(read_command(offset, sectors(size)));
  std::uint8_t sequence = 1;
  std::size_t done = 0;
  for (unsigned failures = 0; done < size;) {
    if (const auto data = receive_frame(sequence)) {
      content.insert(content.end(), data->begin(), data->end());
      done += kFrameData;
      ++sequence;
      failures = 0;
      if (progress) progress(content.size());
      put(ack);
    } else if (done > 0 && read_frame_data(frame_, static_cast<std::uint8_t>(sequence - 1))) {
      put(ack);  // the last ACK was lost, and the frame came again
    } else {
      if (++failures == kTries) return done;
      // Let what is left of the damaged frame pass before asking for it again.
      for (const milliseconds end = time_.now() + kByteLimit; time_.now() < end && byte(kSilence);) continue;
      put(nak);
    }
  }
  // All is there: a board that does not end properly goes back to waiting by itself.
  for (unsigned i = 0; i < kTries / 2 && byte(milliseconds{300}) != kEnd; ++i) put(nak);
  put(ack);
  return done;
}

std::vector<std::byte> SerialLink::read(std::uint32_t offset, std::uint32_t size, const Progress& progress) {
  std::vector<std::byte> content;
  unsigned failures = 0;
  while (content.size() < size) {
    // Read commands count in sectors: a sector that came in part is read again.
    content.resize(align_down(static_cast<std::uint32_t>(content.size()), flash::kSectorSize));
    const auto at = static_cast<std::uint32_t>(content.size());
    (void)read_step(offset + at, std::min(kReadStep, size - at), content, progress);
    if (content.size() / flash::kSectorSize > at / flash::kSectorSize) {
      failures = 0;
    } else if (++failures == kTries / 2) {
      give_up("read its flash", false);
    }
  }
  return content;
}

void SerialLink::clear_protection() {
  const std::byte bytes[] = {std::byte{kWriteStatus}, std::byte{1}, std::byte{1}, std::byte{0}};
  command(bytes, kByteLimit, "clear its write protection");
}

std::uint32_t SerialLink::checksum(std::uint32_t offset, std::uint32_t size) {
  const milliseconds limit = kByteLimit + kSumPerMiB * (size / (1u << 20) + 1);
  for (unsigned i = 0; i < kTries / 2; ++i) {
    port_.discard_input();
    (void)wait_for_nak(kByteLimit);
    put(checksum_command(offset, size));
    const milliseconds end = time_.now() + limit;
    auto first = byte(limit);
    while (first == kNak && time_.now() < end) first = byte(end - time_.now());
    if (first != kChecksum) continue;
    std::array<std::byte, 4> sum{};
    bool whole = true;
    for (std::byte& b : sum) {
      const auto got = byte(kByteLimit);
      whole = whole && got;
      b = std::byte{got.value_or(0)};
    }
    if (whole) return load_le32(sum);
  }
  give_up("sum up its flash", false);
}

void SerialLink::cancel() noexcept {
  try {
    const std::byte bytes[] = {std::byte{kCancel}};
    put(bytes);
  } catch (const std::exception&) {
    // The port may be what failed; whoever calls has that to tell already.
  }
}

}  // namespace otaru::host::serial
