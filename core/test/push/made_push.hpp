// Pushes made for tests, byte by byte as the specification says, and a sender that delivers them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <image/made_image2.hpp>

#include <otaru/bytes.hpp>
#include <otaru/push/receiver.hpp>
#include <otaru/push/status_line.hpp>

namespace otaru::push {

using Stream = std::vector<std::byte>;

inline constexpr std::uint32_t kMadeVersion = 0x0102'0304;

/// Where things are in a stream of an announcement and a one-image file.
namespace offset {
inline constexpr std::size_t kSum = 0, kSize = 8, kVersion = 12, kCount = 16, kId = 20, kHeaderLength = 24,
                             kImageSum = 28, kImageLength = 32, kImageOffset = 36, kImage = 44;
}

inline void put(Stream& stream, std::size_t at, std::uint32_t value) {
  store_le32(MutableBytes(stream).subspan(at), value);
}

/// Writes the announcement that fits the file behind it.
inline void announce(Stream& stream) {
  put(stream, offset::kSum, byte_sum(Bytes(stream).subspan(12)));
  put(stream, offset::kSize, static_cast<std::uint32_t>(stream.size() - 12));
}

/// Everything that an uploader sends: announcement, file header, image.
inline Stream made_push(const Stream& image) {
  Stream stream(offset::kImage + image.size());
  std::copy(image.begin(), image.end(), stream.begin() + offset::kImage);
  put(stream, offset::kVersion, kMadeVersion);
  put(stream, offset::kCount, 1);
  put(stream, offset::kId, 0x3141'544F);  // "OTA1"
  put(stream, offset::kHeaderLength, 24);
  put(stream, offset::kImageSum, byte_sum(image));
  put(stream, offset::kImageLength, static_cast<std::uint32_t>(image.size()));
  put(stream, offset::kImageOffset, 32);
  put(stream, offset::kImageOffset + 4, 0xFFFF'FFFF);
  announce(stream);
  return stream;
}

/// One connection, driven as a port has to drive it; writes down what it was told to do.
class Sender {
 public:
  using Step = std::function<Action(const Event&)>;
  explicit Sender(Step step) : step_(std::move(step)) {}

  /// Sends `bytes`, at most `chunk` of them in one event. Stops when the board closes.
  void send(Bytes bytes, std::size_t chunk = 1024) {
    for (std::size_t at = 0; at < bytes.size() && !ended; at += chunk)
      give(bytes.subspan(at, std::min(chunk, bytes.size() - at)));
  }
  void close() { happen(Event::Kind::closed); }
  void lose() { happen(Event::Kind::lost); }
  void tick() { happen(Event::Kind::time); }

  /// What the last step asked for.
  void carry_out(const Action& action) {
    last = action;
    if (action.note != Note::none) notes.push_back(action.note);
    if (action.reason != Status::ok) reason = action.reason;
    lines += StatusLine(action.reply).text();
    last_replies += action.last_reply ? 1 : 0;
    resets += action.next == Action::Next::close_and_reset ? 1 : 0;
    ended = ended || action.next == Action::Next::close || action.next == Action::Next::close_and_reset;
  }

  Action last{};
  std::vector<Note> notes;
  Status reason = Status::ok;
  std::string lines;
  int last_replies = 0;
  int resets = 0;
  bool ended = false;
  bool port_confused = false;  ///< the board broke its side of the contract with the port

  bool noted(Note note) const { return std::find(notes.begin(), notes.end(), note) != notes.end(); }
  /// The last line, without its newline.
  std::string verdict() const {
    if (lines.empty()) return {};
    const std::size_t before = lines.rfind('\n', lines.size() - 2);
    const std::size_t start = before == std::string::npos ? 0 : before + 1;
    return lines.substr(start, lines.size() - 1 - start);
  }

 private:
  void happen(Event::Kind kind) {
    if (ended) return;
    carry_out(step_({kind, {}}));
    go_on();
  }
  void give(Bytes bytes) {
    while (!ended && !bytes.empty()) {
      carry_out(step_({Event::Kind::bytes, bytes}));
      if (last.consumed > bytes.size()) {
        port_confused = true;
        return;
      }
      bytes = bytes.subspan(last.consumed);
      const bool waits_with_bytes_left = last.next == Action::Next::wait && !bytes.empty();
      port_confused = port_confused || waits_with_bytes_left;
    }
    go_on();
  }
  void go_on() {
    while (!ended && last.next == Action::Next::again) carry_out(step_({Event::Kind::time, {}}));
  }

  Step step_;
};

}  // namespace otaru::push
