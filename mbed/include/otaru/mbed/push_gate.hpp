// The front of a board's push connections: who may come in, and in which dialect. docs/SPEC-push.md,
// section 6.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <otaru/bytes.hpp>
#include <otaru/mbed/gate_refusal.hpp>
#include <otaru/mbed/randomness.hpp>
#include <otaru/mbed/secure_channel.hpp>
#include <otaru/mbed/shared_secret.hpp>
#include <otaru/push/dialect.hpp>
#include <otaru/push/guess_limit.hpp>

namespace otaru::mbed {

/// What all connections of a board share: its password, if it has one, and the wrong ones that were tried.
class PushDoor {
 public:
  /// A board without a password: takes the plain dialect from everybody.
  PushDoor() noexcept = default;
  /// A board with one: takes nothing but the secure dialect, from who knows it.
  PushDoor(const SharedSecret& secret, Randomness randomness) noexcept
      : secret_(secret), randomness_(randomness) {}

  bool wants_password() const noexcept { return secret_.has_value(); }
  const SharedSecret& secret() const noexcept { return *secret_; }
  Randomness randomness() const noexcept { return randomness_; }
  push::GuessLimit& guesses() noexcept { return guesses_; }

 private:
  std::optional<SharedSecret> secret_;
  Randomness randomness_{};
  push::GuessLimit guesses_;
};

/// One connection's way in, without I/O: finds out the dialect, opens the secure channel, then decrypts.
///
/// At most one wrong password is tried for each wait of the board's GuessLimit, however many connections
/// there are: when one fails, no other handshake goes on until the wait is over.
class PushGate {
 public:
  explicit PushGate(PushDoor& door) noexcept : door_(&door) {}

  struct Step {
    enum class Next : std::uint8_t {
      wait,    ///< for more bytes; those not consumed are given again, with what follows them
      again,   ///< call step() again when other work has had its turn
      direct,  ///< the plain dialect, and it may come in: the wire's bytes are the sender's; no more steps
      plain,   ///< plain() has bytes of the sender
      closed,  ///< the sender will send no more
      refuse,  ///< tell the sender `reason`; nothing of the connection may reach an update
    };
    Next next = Next::wait;
    std::size_t consumed = 0;                ///< of `wire`
    GateRefusal reason = GateRefusal::none;  ///< refuse
    std::uint32_t wait_s = 0;  ///< refuse: for the sender, until it may try again; 0 says nothing
  };

  /// Looks at `wire`, which starts with the first byte not yet consumed. Blocks for at most one message of
  /// the handshake.
  Step step(Bytes wire, std::uint32_t now_ms) noexcept;

  /// Bytes of the sender that were decrypted and not consumed.
  Bytes plain() const noexcept { return Bytes(plain_).subspan(plain_begin_, plain_end_ - plain_begin_); }
  void consume(std::size_t bytes) noexcept { plain_begin_ += bytes; }

  /// True once step() has said `direct`.
  bool direct() const noexcept { return phase_ == Phase::direct; }
  /// Too few bytes came to tell the dialect.
  bool undecided() const noexcept { return phase_ == Phase::start; }
  /// What the sender is to hear goes through say(); else it is sent as it is.
  bool secure() const noexcept { return channel_.has_value(); }
  /// The sender has shown that it knows the password.
  bool open() const noexcept { return channel_ && channel_->state() == SecureChannel::State::open; }

  /// Encrypts `text` into outgoing(). Dropped if the channel is not open or outgoing() is too full.
  void say(std::string_view text) noexcept;
  /// Tells the sender that no more will come.
  void finish() noexcept {
    if (channel_) channel_->finish();
  }
  /// Bytes for the wire, besides those that are sent as they are.
  Bytes outgoing() const noexcept { return channel_ ? channel_->outgoing() : Bytes{}; }
  void sent(std::size_t bytes) noexcept { channel_->sent(bytes); }

 private:
  enum class Phase : std::uint8_t { start, direct, channel, refused };

  Step start(Bytes wire, std::uint32_t now_ms) noexcept;
  Step handshake(Bytes wire, std::uint32_t now_ms) noexcept;
  Step record(Bytes wire) noexcept;
  Step refuse(GateRefusal reason, std::size_t consumed, std::uint32_t wait_s = 0) noexcept;

  PushDoor* door_;
  std::optional<SecureChannel> channel_;
  Phase phase_ = Phase::start;
  std::size_t plain_begin_ = 0;
  std::size_t plain_end_ = 0;
  std::array<std::byte, SecureChannel::kRecordSize> plain_{};
};

}  // namespace otaru::mbed
