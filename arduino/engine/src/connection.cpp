#include "connection.hpp"

namespace otaru::engine {

void Connection::begin(int handle, const otaru_peer& from) noexcept {
  handle_ = handle;
  from_ = from;
  way = Way::undecided;
  gate = -1;
  again = no_input_ = heard_ = finish_ = lost_ = false;
  begin_ = end_ = out_begin_ = out_end_ = 0;
}

void Connection::end(const otaru_port& port, const Gates* gates) noexcept {
  if (!open()) return;
  flush(port, gates);
  if (gate >= 0) gates->close(gate);
  gate = -1;
  port.tcp_close(port.context, handle_);
  handle_ = -1;
}

Connection::Input Connection::receive(const otaru_port& port) noexcept {
  // An undecided dialect keeps a few bytes; there is always room behind them.
  if (no_input_ || (begin_ != end_ && way != Way::undecided)) return Input::none;
  if (begin_ == end_) begin_ = end_ = 0;
  const int got = port.tcp_receive(port.context, handle_, buffer_.data() + end_, buffer_.size() - end_);
  if (got > 0) {
    heard_ = true;
    end_ = static_cast<std::uint16_t>(end_ + got);
    return Input::bytes;
  }
  if (got == OTARU_NOT_NOW) return Input::none;
  no_input_ = true;
  if (got == 0) return Input::closed;
  lost_ = true;
  return Input::lost;
}

void Connection::say(std::string_view line, bool last, const Gates* gates) noexcept {
  if (gate >= 0 && gates->secure(gate)) {
    gates->say(gate, line);
    if (last) gates->finish(gate);
  } else {
    if (out_begin_ == out_end_) out_begin_ = out_end_ = 0;
    const std::size_t room = out_.size() - out_end_ - (last ? 0 : kLastLine);
    if (line.size() <= room) {
      copy(std::as_bytes(std::span(line)), std::as_writable_bytes(std::span(out_).subspan(out_end_)));
      out_end_ = static_cast<std::uint16_t>(out_end_ + line.size());
    }
  }
  finish_ = finish_ || last;
}

void Connection::flush(const otaru_port& port, const Gates* gates) noexcept {
  if (lost_ || !send_gate(port, gates) || !send_lines(port)) return;
  if (!finish_) return;
  finish_ = false;
  port.tcp_shutdown(port.context, handle_);
}

/// @return true if nothing is left
bool Connection::send_gate(const otaru_port& port, const Gates* gates) noexcept {
  if (gate < 0) return true;
  const Bytes bytes = gates->outgoing(gate);
  if (bytes.empty()) return true;
  const int sent = port.tcp_send(port.context, handle_, bytes.data(), bytes.size());
  if (sent <= 0) return false;  // if it is gone, receiving says so
  gates->sent(gate, static_cast<std::size_t>(sent));
  return static_cast<std::size_t>(sent) == bytes.size();
}

bool Connection::send_lines(const otaru_port& port) noexcept {
  if (out_begin_ == out_end_) return true;
  const std::size_t left = static_cast<std::size_t>(out_end_ - out_begin_);
  const int sent = port.tcp_send(port.context, handle_, out_.data() + out_begin_, left);
  if (sent <= 0) return false;
  out_begin_ = static_cast<std::uint16_t>(out_begin_ + sent);
  return out_begin_ == out_end_;
}

}  // namespace otaru::engine
