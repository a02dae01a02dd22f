#include <array>
#include <chrono>

#include <otaru/board/listener.hpp>
#include <otaru/net/clock.hpp>
#include <otaru/push/status_line.hpp>

namespace otaru::board {

using asio::ip::tcp;
using push::Action;
using push::Event;

/// One sender: its socket and its way in, what it sent and was not consumed yet, what it is to be told.
class Listener::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Listener& listener, std::size_t seat, tcp::socket socket)
      : listener_(&listener),
        seat_(seat),
        socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        gate_(listener.door_) {
    asio::error_code ignored;
    const tcp::endpoint peer = socket_.remote_endpoint(ignored);
    sender_ = peer.address().to_string(ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  const std::string& sender() const noexcept { return sender_; }
  /// It is over, and not one byte came: a port scan, or somebody who only looks whether the board is there.
  bool only_knocked() const noexcept { return ended_ && !heard_; }
  mbed::PushGate& gate() noexcept { return gate_; }
  /// Bytes of the wire.
  Bytes unconsumed() const noexcept { return Bytes(buffer_).subspan(begin_, end_ - begin_); }
  void consume(std::size_t bytes) noexcept { begin_ += bytes; }

  /// Waits for the next bytes, or for the deadline.
  void wait(std::chrono::milliseconds longest) {
    if (!unconsumed().empty() && !gate_.undecided()) return again();
    timer_.expires_after(longest);
    timer_.async_wait([self = shared_from_this()](asio::error_code error) {
      if (!error) self->happened(Event::Kind::time);
    });
    if (reading_ || ended_) return;
    reading_ = true;
    if (unconsumed().empty()) begin_ = end_ = 0;
    // An undecided gate keeps a few bytes; there is always room behind them.
    socket_.async_read_some(
        asio::buffer(buffer_) + end_, [self = shared_from_this()](asio::error_code error, std::size_t size) {
          self->reading_ = false;
          self->end_ += size;
          self->heard_ = self->heard_ || size > 0;
          if (error == asio::error::operation_aborted) return;
          if (error) {
            self->ended_ = true;
            self->happened(error == asio::error::eof ? Event::Kind::closed : Event::Kind::lost);
            return;
          }
          if (self->listener_ != nullptr) self->listener_->hooks_.on_received(size);
          self->happened(Event::Kind::bytes);
        });
  }

  /// Comes back soon, after whatever else is ready to run.
  void again() {
    timer_.cancel();
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
      const bool bytes = !self->gate_.direct() || !self->unconsumed().empty();
      self->happened(bytes ? Event::Kind::bytes : Event::Kind::time);
    });
  }

  void reply(std::string_view text, bool last) {
    // A sender that does not read its progress lines loses them; the last line is always kept.
    if (outgoing_.size() > kMostUnsent && !last) return;
    if (gate_.secure())
      gate_.say(text);
    else
      outgoing_ += text;
    if (last) gate_.finish();
    finish_ = finish_ || last;
    flush();
  }

  /// Sends what the gate has to say: the handshake, alerts, encrypted lines.
  void flush() {
    if (const Bytes bytes = gate_.outgoing(); !bytes.empty()) {
      outgoing_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      gate_.sent(bytes.size());
    }
    write();
  }

  /// Leaves the seat. What was said is still sent, for a second at most, then the socket is closed.
  void leave(std::function<void()> when_closed) {
    listener_ = nullptr;
    when_closed_ = std::move(when_closed);
    leaving_ = true;
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([self = shared_from_this()](asio::error_code error) {
      if (!error) self->finish_leaving();
    });
    write();
  }

  /// Leaves the seat without another word.
  void drop() {
    listener_ = nullptr;
    timer_.cancel();
    asio::error_code ignored;
    socket_.close(ignored);
  }

 private:
  static constexpr std::size_t kMostUnsent = 4096;

  void happened(Event::Kind kind) {
    if (listener_ != nullptr) listener_->happened(seat_, kind);
  }

  void write() {
    if (writing_) return;
    asio::error_code ignored;
    if (outgoing_.empty() || !socket_.is_open()) {
      if (finish_) socket_.shutdown(tcp::socket::shutdown_send, ignored);
      if (leaving_) finish_leaving();
      return;
    }
    writing_ = true;
    in_flight_ = std::exchange(outgoing_, {});
    asio::async_write(socket_, asio::buffer(in_flight_),
                      [self = shared_from_this()](asio::error_code error, std::size_t) {
                        self->writing_ = false;
                        if (error) self->outgoing_.clear();
                        self->write();
                      });
  }

  void finish_leaving() {
    timer_.cancel();
    asio::error_code ignored;
    socket_.close(ignored);
    if (when_closed_) std::exchange(when_closed_, nullptr)();
  }

  Listener* listener_;
  std::size_t seat_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  mbed::PushGate gate_;
  std::string sender_;
  std::array<std::byte, 16 * 1024> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string outgoing_;
  std::string in_flight_;
  bool reading_ = false;
  bool writing_ = false;
  bool ended_ = false;
  bool heard_ = false;
  bool finish_ = false;
  bool leaving_ = false;
  std::function<void()> when_closed_;
};

Listener::Listener(asio::io_context& io, const tcp::endpoint& where, NorModel& part, mbed::Crypto& library,
                   const flash::Layout& layout, const Trial& trial, const update::Trust& trust,
                   mbed::PushDoor& door, Hooks hooks)
    : acceptor_(io),
      retry_(io),
      reception_(part, library, layout, trial, trust),
      door_(door),
      hooks_(std::move(hooks)),
      seats_(Reception::seats()) {
  acceptor_.open(where.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  if (where.protocol() == tcp::v6()) acceptor_.set_option(asio::ip::v6_only(false));
  acceptor_.bind(where);
  acceptor_.listen();
  accept();
}

Listener::~Listener() {
  for (auto& seat : seats_)
    if (seat) seat->drop();
}

void Listener::accept() {
  // A call that was already on its way when this object was destroyed is not cancelled.
  const std::weak_ptr<char> alive = alive_;
  acceptor_.async_accept([this, alive](asio::error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || alive.expired()) return;
    if (error) {  // such as too many open files: come back when some have closed
      retry_.expires_after(std::chrono::milliseconds(100));
      retry_.async_wait([this, alive](asio::error_code cancelled) {
        if (!cancelled && !alive.expired()) accept();
      });
      return;
    }
    const auto seat = reception_.open(net::now_ms());
    if (seats_[seat.index]) seats_[seat.index]->drop();
    seats_[seat.index] = std::make_shared<Connection>(*this, seat.index, std::move(socket));
    carry_out(seat.index, {});
    accept();
  });
}

void Listener::happened(std::size_t seat, Event::Kind kind) {
  const std::shared_ptr<Connection> connection = seats_[seat];
  if (kind != Event::Kind::bytes) return drive(seat, {kind, {}});
  if (!connection->gate().direct()) return pass_gate(seat);
  drive(seat, {kind, connection->unconsumed()});
}

/// One step of the way in: short, so that the sketch has its turn between the steps of a handshake.
void Listener::pass_gate(std::size_t seat) {
  using Next = mbed::PushGate::Step::Next;
  const std::shared_ptr<Connection> connection = seats_[seat];
  mbed::PushGate& gate = connection->gate();
  const mbed::PushGate::Step step = gate.step(connection->unconsumed(), net::now_ms());
  connection->consume(step.consumed);
  connection->flush();
  switch (step.next) {
    case Next::again: connection->again(); break;
    case Next::direct: drive(seat, {Event::Kind::bytes, connection->unconsumed()}); break;
    case Next::plain: drive(seat, {Event::Kind::bytes, gate.plain()}); break;
    case Next::closed: drive(seat, {Event::Kind::closed, {}}); break;
    case Next::refuse: turn_away(seat, step); break;
    case Next::wait: drive(seat, {Event::Kind::time, {}}); break;
  }
}

/// Core ends the connection as always; only the words are those of the gate.
void Listener::turn_away(std::size_t seat, const mbed::PushGate::Step& step) {
  const std::shared_ptr<Connection> connection = seats_[seat];
  Action action = reception_.end(seat, Status::closed, net::now_ms());
  if (action.last_reply) {
    connection->reply(mbed::RefusalLine(step.reason, step.wait_s).text(), true);
    hooks_.on_turned_away(step.reason, connection->sender());
    action.reply = {};
    action.note = push::Note::none;
  }
  carry_out(seat, action);
}

void Listener::drive(std::size_t seat, const Event& event) {
  const std::shared_ptr<Connection> connection = seats_[seat];
  const Action action = reception_.step(seat, event, net::now_ms());
  if (connection->gate().direct())
    connection->consume(action.consumed);
  else
    connection->gate().consume(action.consumed);
  if (const auto other = reception_.taken_over()) carry_out(*other, reception_.last_words());
  carry_out(seat, action);
}

void Listener::carry_out(std::size_t seat, const Action& action) {
  const std::shared_ptr<Connection> connection = seats_[seat];
  if (!connection) return;
  if (action.reply.kind != push::Reply::Kind::none)
    connection->reply(push::StatusLine(action.reply).text(), action.last_reply);
  const bool told = action.note != push::Note::refused || !connection->only_knocked();
  if (told && action.note != push::Note::none) hooks_.on_note(action, connection->sender());
  switch (action.next) {
    case Action::Next::wait: {
      const auto left = static_cast<std::int32_t>(reception_.deadline_ms(seat) - net::now_ms());
      connection->wait(std::chrono::milliseconds(std::max<std::int32_t>(left, 0)));
      break;
    }
    case Action::Next::again: connection->again(); break;
    case Action::Next::close: close(seat, false); break;
    case Action::Next::close_and_reset: close(seat, true); break;
  }
}

void Listener::close(std::size_t seat, bool reset) {
  const std::shared_ptr<Connection> connection = std::exchange(seats_[seat], nullptr);
  connection->leave(reset ? hooks_.on_reset : nullptr);
}

}  // namespace otaru::board
