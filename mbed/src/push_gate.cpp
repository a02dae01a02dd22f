#include <otaru/mbed/push_gate.hpp>

namespace otaru::mbed {

using State = SecureChannel::State;
using Next = PushGate::Step::Next;

PushGate::Step PushGate::step(Bytes wire, std::uint32_t now_ms) noexcept {
  if (!plain().empty()) return {Next::plain, 0, GateRefusal::none, 0};
  switch (phase_) {
    case Phase::start: return start(wire, now_ms);
    case Phase::direct: return {Next::direct, 0, GateRefusal::none, 0};
    case Phase::channel: break;
    case Phase::refused: return {Next::wait, wire.size(), GateRefusal::none, 0};
  }
  return channel_->state() == State::handshake ? handshake(wire, now_ms) : record(wire);
}

PushGate::Step PushGate::refuse(GateRefusal reason, std::size_t consumed, std::uint32_t wait_s) noexcept {
  phase_ = Phase::refused;
  return {Next::refuse, consumed, reason, wait_s};
}

PushGate::Step PushGate::start(Bytes wire, std::uint32_t now_ms) noexcept {
  switch (push::dialect_of(wire)) {
    case push::Dialect::undecided: return {};
    case push::Dialect::plain:
      if (door_->wants_password()) return refuse(GateRefusal::password_required, wire.size());
      phase_ = Phase::direct;
      return {Next::direct, 0, GateRefusal::none, 0};
    case push::Dialect::secure: break;
  }
  if (!door_->wants_password()) return refuse(GateRefusal::no_password, wire.size());
  // Said in the clear, and before anything is computed: whoever floods the board gets no work out of it.
  if (const std::uint32_t wait_s = door_->guesses().wait_s(now_ms); wait_s != 0)
    return refuse(GateRefusal::too_many_guesses, wire.size(), wait_s);
  phase_ = Phase::channel;
  channel_.emplace(SecureChannel::End::board, door_->secret(), door_->randomness());
  if (channel_->state() != State::failed) return {Next::again, 0, GateRefusal::none, 0};
  channel_.reset();
  return refuse(GateRefusal::busy, wire.size());
}

PushGate::Step PushGate::handshake(Bytes wire, std::uint32_t now_ms) noexcept {
  // Another connection has just guessed wrong.
  if (door_->guesses().wait_ms(now_ms) != 0) {
    channel_->refuse();
    return refuse(GateRefusal::too_many_guesses, wire.size());
  }
  const SecureChannel::Step step = channel_->step(wire, plain_);
  switch (channel_->state()) {
    case State::handshake: break;
    case State::open: door_->guesses().succeeded(); break;
    case State::closed:
    case State::failed:
      if (channel_->guessed()) door_->guesses().failed(now_ms);
      switch (channel_->fault()) {
        case SecureChannel::Fault::password:
          return refuse(GateRefusal::password_wrong, wire.size(), door_->guesses().wait_s(now_ms));
        case SecureChannel::Fault::unavailable: return refuse(GateRefusal::busy, wire.size());
        default: return refuse(GateRefusal::channel_broken, wire.size());
      }
  }
  return {step.again ? Next::again : Next::wait, step.consumed, GateRefusal::none, 0};
}

PushGate::Step PushGate::record(Bytes wire) noexcept {
  plain_begin_ = 0;
  plain_end_ = 0;
  if (channel_->state() == State::closed) return {Next::wait, wire.size(), GateRefusal::none, 0};
  const SecureChannel::Step step = channel_->step(wire, plain_);
  plain_end_ = step.plain;
  if (channel_->state() == State::failed) return refuse(GateRefusal::channel_broken, wire.size());
  if (channel_->state() == State::closed) return {Next::closed, step.consumed, GateRefusal::none, 0};
  if (step.plain != 0) return {Next::plain, step.consumed, GateRefusal::none, 0};
  return {step.again ? Next::again : Next::wait, step.consumed, GateRefusal::none, 0};
}

void PushGate::say(std::string_view text) noexcept {
  if (channel_) (void)channel_->write(std::as_bytes(std::span(text)));
}

}  // namespace otaru::mbed
