// What a push puts on the wire and reads off it: the stream as it is, or inside a secure channel.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <otaru/host/board_words.hpp>
#include <otaru/host/push_outcome.hpp>
#include <otaru/mbed/secure_channel.hpp>
#include <otaru/mbed/shared_secret.hpp>

namespace otaru::host {

class PushWire {
 public:
  /// @param password  opens a secure channel; without one, the plain dialect. Not used after this
  PushWire(Bytes announcement, Bytes file, const mbed::SharedSecret* password);

  /// The next bytes for the network, or none for now. They stay where they are until taken() took them all.
  Bytes next();
  void taken(std::size_t bytes);

  /// Takes bytes from the network. @return true if they tell something new
  bool received(Bytes wire);

  /// What the board says on this connection, as far as it can be believed.
  BoardWords& words() noexcept { return words_; }
  /// What it said in the clear when a secure channel was asked for: anybody may have said it.
  BoardWords& clear_words() noexcept { return clear_words_; }
  PushChannel channel() const noexcept { return state_; }
  /// The channel does not open, or broke.
  bool failed() const noexcept;
  /// How many bytes of the file are in the first `wire` bytes sent.
  std::uint64_t file_bytes(std::uint64_t wire) const noexcept;

 private:
  bool work(Bytes wire);
  void note_state() noexcept;

  Bytes announcement_, file_;
  std::size_t done_ = 0;  // bytes of announcement and file, taken by the network or put into records
  BoardWords words_, clear_words_;
  PushChannel state_ = PushChannel::none;
  bool in_the_clear_ = false;  // a secure channel was asked for, and something else came
  std::unique_ptr<mbed::SecureChannel> channel_;
  std::vector<std::byte> flight_;  // of the channel, on its way
  std::size_t flown_ = 0;
  std::uint64_t wire_done_ = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> marks_;  // wire bytes, and file bytes within them
};

}  // namespace otaru::host
