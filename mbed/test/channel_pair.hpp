// Two ends of a secure channel and the wire between them, in memory.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <otaru/mbed/secure_channel.hpp>

namespace otaru::mbed {

using Wire = std::vector<std::byte>;

/// Randomness that a test can repeat. Never for secrets.
class MadeRandomness {
 public:
  explicit MadeRandomness(std::uint64_t seed) : state_(seed * 0x9E37'79B9'7F4A'7C15 + 1) {}
  Randomness seam() {
    return {.fill =
                [](void* self, MutableBytes to) noexcept {
                  for (std::byte& byte : to) byte = static_cast<MadeRandomness*>(self)->next();
                  return true;
                },
            .context = this};
  }

 private:
  std::byte next() noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::byte>(state_ >> 32);
  }
  std::uint64_t state_;
};

inline Bytes bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

inline std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Takes what a channel wants to send.
inline Wire take_outgoing(SecureChannel& channel) {
  const Bytes out = channel.outgoing();
  Wire taken(out.begin(), out.end());
  if (!taken.empty()) channel.sent(taken.size());
  return taken;
}

/// Gives `wire` to a channel until it can do no more. @return the plain bytes that came out
inline std::string feed(SecureChannel& channel, Bytes wire, Wire& answer) {
  std::string said;
  std::vector<std::byte> plain(SecureChannel::kRecordSize);
  for (int steps = 0; steps < 10'000; ++steps) {
    const SecureChannel::Step step = channel.step(wire, plain);
    wire = wire.subspan(step.consumed);
    said += text_of(Bytes(plain).first(step.plain));
    const Wire out = take_outgoing(channel);
    answer.insert(answer.end(), out.begin(), out.end());
    if (!step.again) break;
  }
  return said;
}

/// A board and an uploader that talk until neither has anything to say, and the record of it.
struct Talk {
  Talk(std::string_view boards, std::string_view uploaders, std::uint64_t seed)
      : board_random(seed), uploader_random(seed + 1'000'000) {
    board.emplace(SecureChannel::End::board, SharedSecret(boards), board_random.seam());
    uploader.emplace(SecureChannel::End::uploader, SharedSecret(uploaders), uploader_random.seam());
  }

  /// Lets both go on until nothing moves. `spoil`, if there, changes each piece on its way.
  template <class Spoil>
  void run(Spoil spoil) {
    Wire to_board, to_uploader;
    feed(*uploader, {}, to_board);
    for (int rounds = 0; rounds < 20 && !(to_board.empty() && to_uploader.empty()); ++rounds) {
      if (!to_board.empty()) {
        spoil(to_board, true);
        from_uploader.push_back(to_board);
        const Wire wire = std::exchange(to_board, {});
        board_heard += feed(*board, wire, to_uploader);
      }
      if (!to_uploader.empty()) {
        spoil(to_uploader, false);
        from_board.push_back(to_uploader);
        const Wire wire = std::exchange(to_uploader, {});
        uploader_heard += feed(*uploader, wire, to_board);
      }
    }
  }
  void run() {
    run([](Wire&, bool) {});
  }

  /// Sends plain text one way, whole.
  void tell_board(std::string_view text) {
    Wire ignored;
    for (Bytes left = bytes_of(text); !left.empty();) {
      const std::size_t taken = uploader->write(left);
      if (taken == 0) return;
      left = left.subspan(taken);
      from_uploader.push_back(take_outgoing(*uploader));
      board_heard += feed(*board, from_uploader.back(), ignored);
    }
  }

  bool both_open() const {
    return board->state() == SecureChannel::State::open && uploader->state() == SecureChannel::State::open;
  }

  MadeRandomness board_random, uploader_random;
  std::optional<SecureChannel> board, uploader;
  std::vector<Wire> from_uploader, from_board;
  std::string board_heard, uploader_heard;
};

}  // namespace otaru::mbed
