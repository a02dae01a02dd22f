#include "listener.hpp"

#include <otaru/mbed/gate_refusal.hpp>
#include <otaru/push/dialect.hpp>
#include <otaru/push/status_line.hpp>

namespace otaru::engine {

using namespace std::string_view_literals;
using push::Action;
using push::Event;
using Way = Connection::Way;
using Input = Connection::Input;

namespace {

bool passed(std::uint32_t deadline_ms, std::uint32_t now_ms) noexcept {
  return static_cast<std::int32_t>(now_ms - deadline_ms) >= 0;
}

Event bytes_event(Bytes bytes) noexcept {
  return {Event::Kind::bytes, bytes};
}

}  // namespace

Listener::Listener(const otaru_port& port, const Voice& voice, const Gates* gates, PortFlash& part,
                   EngineCrypto& library, const flash::Layout& layout, const Trial& trial,
                   const update::Trust& trust, std::uint16_t tcp_port) noexcept
    : port_(&port),
      voice_(&voice),
      gates_(gates),
      reception_(part, library, layout, trial, trust),
      tcp_port_(tcp_port) {}

std::uint32_t Listener::poll(std::uint32_t now_ms, bool network) noexcept {
  if (!listening()) {
    if (!network || (waiting_ && !passed(retry_ms_, now_ms))) return kIdle_ms;
    listen(now_ms);
    if (!listening()) return kIdle_ms;
  }
  bool more = accept(now_ms);
  std::uint32_t wait_ms = kIdle_ms;
  for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
    if (!seats_[seat].open()) continue;
    wait_ms = kServing_ms;
    more = serve(seat, now_ms) || more;
  }
  return more ? 0 : wait_ms;
}

void Listener::listen(std::uint32_t now_ms) noexcept {
  listener_ = port_->tcp_listen(port_->context, tcp_port_);
  if (listener_ < 0) {
    listener_ = -1;
    waiting_ = true;
    retry_ms_ = now_ms + kRetry_ms;
    if (!told_failure_)
      voice_->say(ConsoleLine("[beginOTA] Cannot listen on port "sv)
                      .add_decimal(tcp_port_)
                      .add(": trying again every second. Does the program use it itself?"sv));
    told_failure_ = true;
    return;
  }
  told_failure_ = waiting_ = false;
  voice_->say("[beginOTA] Alloc buffer Init"sv);  // stock lines: users compare them with the guide's pictures
  voice_->say("[beginOTA] Alloc buffer Succeed"sv);
  voice_->say(ConsoleLine("Listening on port "sv).add_decimal(tcp_port_).add("."sv));
  voice_->say("Waiting for client ..."sv);
  voice_->tell(OTARU_EVENT_LISTENING);
}

/// @return true if somebody came
bool Listener::accept(std::uint32_t now_ms) noexcept {
  otaru_peer from{};
  const int handle = port_->tcp_accept(port_->context, listener_, &from);
  if (handle == OTARU_NOT_NOW) return false;
  if (handle < 0) {
    port_->tcp_close(port_->context, listener_);
    listener_ = -1;
    waiting_ = true;
    retry_ms_ = now_ms + kRetry_ms;
    return false;
  }
  const auto seat = reception_.open(now_ms);
  seats_[seat.index].end(*port_, gates_);
  seats_[seat.index].begin(handle, from);
  return true;
}

/// The next step of one sender. @return true if there is more to do now
bool Listener::serve(std::size_t seat, std::uint32_t now_ms) noexcept {
  Connection& connection = seats_[seat];
  connection.flush(*port_, gates_);
  const bool again = connection.again;
  Input input = Input::none;
  if (!again) input = connection.receive(*port_);
  if (input == Input::closed || input == Input::lost) {
    drive(seat, {input == Input::closed ? Event::Kind::closed : Event::Kind::lost, {}}, now_ms);
    return true;
  }
  const bool bytes = !connection.unconsumed().empty();
  const bool late = passed(reception_.deadline_ms(seat), now_ms);
  connection.again = false;
  switch (connection.way) {
    case Way::undecided:
      if (input == Input::bytes) return decide(seat, now_ms);
      break;
    case Way::direct:
      if (bytes) return drive(seat, bytes_event(connection.unconsumed()), now_ms), true;
      break;
    case Way::gated:
      if (again || bytes) return pass_gate(seat, now_ms);
      break;
    case Way::turned_away: connection.consume(connection.unconsumed().size()); break;
  }
  if (!again && !late) return bytes && connection.way != Way::undecided;
  drive(seat, {Event::Kind::time, {}}, now_ms);
  return true;
}

/// The first bytes tell the dialect.
bool Listener::decide(std::size_t seat, std::uint32_t now_ms) noexcept {
  using mbed::GateRefusal;
  Connection& connection = seats_[seat];
  switch (push::dialect_of(connection.unconsumed())) {
    case push::Dialect::undecided: return false;
    case push::Dialect::plain:
      if (gates_ != nullptr) return turn_away(seat, GateRefusal::password_required, 0, now_ms), true;
      connection.way = Way::direct;
      drive(seat, bytes_event(connection.unconsumed()), now_ms);
      return true;
    case push::Dialect::secure: break;
  }
  if (gates_ == nullptr) return turn_away(seat, GateRefusal::no_password, 0, now_ms), true;
  connection.gate = gates_->open();
  if (connection.gate < 0) return turn_away(seat, GateRefusal::busy, 0, now_ms), true;
  connection.way = Way::gated;
  return pass_gate(seat, now_ms);
}

/// One step of the way in: short, so that others have their turn between the steps of a handshake.
bool Listener::pass_gate(std::size_t seat, std::uint32_t now_ms) noexcept {
  using Next = mbed::PushGate::Step::Next;
  Connection& connection = seats_[seat];
  const auto step = gates_->step(connection.gate, connection.unconsumed(), now_ms);
  connection.consume(step.consumed);
  connection.flush(*port_, gates_);
  switch (step.next) {
    case Next::again: connection.again = true; break;
    case Next::plain: drive(seat, bytes_event(gates_->plain(connection.gate)), now_ms); break;
    case Next::closed: drive(seat, {Event::Kind::closed, {}}, now_ms); break;
    case Next::refuse: turn_away(seat, step.reason, step.wait_s, now_ms); break;
    case Next::direct:  // decide() has seen to that
    case Next::wait: drive(seat, {Event::Kind::time, {}}, now_ms); return step.consumed != 0;
  }
  return true;
}

/// Core ends the connection as always; only the words are those of the gate.
void Listener::turn_away(std::size_t seat, mbed::GateRefusal reason, std::uint32_t wait_s,
                         std::uint32_t now_ms) noexcept {
  Connection& connection = seats_[seat];
  Action action = reception_.end(seat, Status::closed, now_ms);
  if (action.last_reply) {
    connection.say(mbed::RefusalLine(reason, wait_s).text(), true, gates_);
    tell_refusal(connection, reason);
    action.reply = {};
    action.note = push::Note::none;
  }
  connection.way = Way::turned_away;
  carry_out(seat, action);
}

void Listener::drive(std::size_t seat, const Event& event, std::uint32_t now_ms) noexcept {
  Connection& connection = seats_[seat];
  const Action action = reception_.step(seat, event, now_ms);
  if (connection.way == Way::gated)
    gates_->consume(connection.gate, action.consumed);
  else
    connection.consume(action.consumed);
  if (const auto other = reception_.taken_over()) carry_out(*other, reception_.last_words());
  carry_out(seat, action);
}

void Listener::carry_out(std::size_t seat, const Action& action) noexcept {
  Connection& connection = seats_[seat];
  if (!connection.open()) return;
  if (action.reply.kind != push::Reply::Kind::none)
    connection.say(push::StatusLine(action.reply).text(), action.last_reply, gates_);
  tell(connection, action);
  connection.flush(*port_, gates_);
  switch (action.next) {
    case Action::Next::wait:
      // A gate may have more in store than one event took.
      if (connection.way == Way::gated && !gates_->plain(connection.gate).empty()) connection.again = true;
      break;
    case Action::Next::again: connection.again = true; break;
    case Action::Next::close_and_reset: reset_due_ = true; [[fallthrough]];
    case Action::Next::close: connection.end(*port_, gates_); break;
  }
}

[[gnu::noinline]] void Listener::tell_refusal(const Connection& connection,
                                              mbed::GateRefusal reason) noexcept {
  const AddressText sender(connection.from());
  push::tell_refusal(mbed::wire_text(reason), mbed::wire_code(reason), sender.text(),
                     [this](const ConsoleLine& line) { voice_->say(line); });
  voice_->tell({OTARU_EVENT_ERROR, 0, 0, mbed::wire_code(reason).data(), mbed::wire_text(reason).data(),
                connection.from()});
}

/// To the console, and to the sketch.
void Listener::tell(const Connection& connection, const Action& action) noexcept {
  if (action.note == push::Note::refused && connection.only_knocked()) return;
  const auto& update = reception_.update();
  const AddressText sender(connection.from());
  push::tell_update(action, sender.text(), update.target(), update.slot(), update.written(),
                    [this](const ConsoleLine& line) { voice_->say(line); });
  otaru_news news{OTARU_EVENT_PROGRESS, action.reply.written, action.reply.total, "", "", connection.from()};
  switch (action.note) {
    case push::Note::started: news.event = OTARU_EVENT_START; break;
    case push::Note::committed: news.event = OTARU_EVENT_END; break;
    case push::Note::refused:
      news.event = OTARU_EVENT_ERROR;
      news.code = push::wire_code(action.reason).data();
      news.text = push::wire_text(action.reason).data();
      break;
    default:
      if (action.reply.kind != push::Reply::Kind::progress) return;
  }
  voice_->tell(news);
}

void Listener::close(std::uint32_t now_ms) noexcept {
  for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
    if (!seats_[seat].open()) continue;
    const Action action = reception_.end(seat, Status::closed, now_ms);
    if (action.reply.kind != push::Reply::Kind::none)
      seats_[seat].say(push::StatusLine(action.reply).text(), true, gates_);
    seats_[seat].end(*port_, gates_);
  }
  if (listening()) port_->tcp_close(port_->context, listener_);
  listener_ = -1;
}

}  // namespace otaru::engine
