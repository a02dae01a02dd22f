// Listens for senders, and carries out what core's Reception decides.
#pragma once

#include <array>
#include <cstdint>

#include "connection.hpp"
#include "port.hpp"
#include "voice.hpp"

namespace otaru::engine {

/// Stays up whatever a sender does, and comes back when the network does. Each poll() does one step of every
/// sender at most, and only one of them can be updating.
class Listener {
 public:
  /// All references outlive this object. @param gates  nullptr: the board has no password
  Listener(const otaru_port& port, const Voice& voice, const Gates* gates, PortFlash& part,
           EngineCrypto& library, const flash::Layout& layout, const Trial& trial, const update::Trust& trust,
           std::uint16_t tcp_port) noexcept;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// @param network  the board has an address
  /// @return ms until the next call; 0: there is more to do now
  std::uint32_t poll(std::uint32_t now_ms, bool network) noexcept;

  /// Ends all connections with a word, and stops listening.
  void close(std::uint32_t now_ms) noexcept;

  bool listening() const noexcept { return listener_ >= 0; }
  bool updating() const noexcept { return reception_.update().active(); }
  /// An image was committed, and its sender has left: the reset is due.
  bool reset_due() const noexcept { return reset_due_; }

 private:
  static constexpr std::uint32_t kRetry_ms = 1000;  // after listening failed
  static constexpr std::uint32_t kIdle_ms = 20;     // between looks at the network
  static constexpr std::uint32_t kServing_ms = 2;   // the same while somebody is connected

  void listen(std::uint32_t now_ms) noexcept;
  bool accept(std::uint32_t now_ms) noexcept;
  bool serve(std::size_t seat, std::uint32_t now_ms) noexcept;
  bool decide(std::size_t seat, std::uint32_t now_ms) noexcept;
  bool pass_gate(std::size_t seat, std::uint32_t now_ms) noexcept;
  void turn_away(std::size_t seat, mbed::GateRefusal reason, std::uint32_t wait_s,
                 std::uint32_t now_ms) noexcept;
  void drive(std::size_t seat, const push::Event& event, std::uint32_t now_ms) noexcept;
  void carry_out(std::size_t seat, const push::Action& action) noexcept;
  void tell(const Connection& connection, const push::Action& action) noexcept;
  void tell_refusal(const Connection& connection, mbed::GateRefusal reason) noexcept;

  const otaru_port* port_;
  const Voice* voice_;
  const Gates* gates_;
  Reception reception_;
  std::uint16_t tcp_port_;
  int listener_ = -1;
  bool told_failure_ = false;
  bool reset_due_ = false;
  bool waiting_ = false;  // retry_ms_ means something
  std::uint32_t retry_ms_ = 0;
  std::array<Connection, Reception::seats()> seats_{};
};

}  // namespace otaru::engine
