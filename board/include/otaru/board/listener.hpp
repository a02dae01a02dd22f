// The sockets of the update listener: TCP connections in, core's Reception behind them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <asio.hpp>

#include <otaru/board/nor_model.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/mbed/push_gate.hpp>
#include <otaru/push/reception.hpp>

namespace otaru::board {

using Trial = update::Trial<NorModel, mbed::Crypto>;
using Reception = push::Reception<NorModel, mbed::Crypto>;

/// Listens for senders and carries out what core's Reception decides. Stays up whatever a sender does.
///
/// Everything runs on the io_context's thread, in small pieces, so that the sketch goes on meanwhile.
class Listener {
 public:
  using Note = std::function<void(const push::Action& action, const std::string& sender)>;

  struct Hooks {
    Note on_note;  ///< a point of an update, or a refusal
    /// The board's front sent a sender away, before core saw a byte.
    std::function<void(mbed::GateRefusal refusal, const std::string& sender)> on_turned_away;
    std::function<void()> on_reset;                      ///< an image was committed and the FIN has left
    std::function<void(std::size_t bytes)> on_received;  ///< bytes came in over the network
  };

  /// Binds and listens at once. Throws std::system_error if `where` cannot be had.
  /// @param door  the board's password, if it has one; outlives this object
  Listener(asio::io_context& io, const asio::ip::tcp::endpoint& where, NorModel& part, mbed::Crypto& library,
           const flash::Layout& layout, const Trial& trial, const update::Trust& trust, mbed::PushDoor& door,
           Hooks hooks);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The port that it listens on; the system's choice if it was asked for port 0.
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  /// The address that it listens on; unspecified if on all of them.
  asio::ip::address address() const { return acceptor_.local_endpoint().address(); }

  const Reception& reception() const noexcept { return reception_; }

 private:
  class Connection;

  void accept();
  void happened(std::size_t seat, push::Event::Kind kind);
  void pass_gate(std::size_t seat);
  void turn_away(std::size_t seat, const mbed::PushGate::Step& step);
  void drive(std::size_t seat, const push::Event& event);
  void carry_out(std::size_t seat, const push::Action& action);
  void close(std::size_t seat, bool reset);

  std::shared_ptr<char> alive_ = std::make_shared<char>();  // its handlers hold a weak one
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  Reception reception_;
  mbed::PushDoor& door_;
  Hooks hooks_;
  std::vector<std::shared_ptr<Connection>> seats_;
};

}  // namespace otaru::board
