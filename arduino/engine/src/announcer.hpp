// mDNS over the port: says who the board is while there is a network.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <otaru/mdns/responder.hpp>

#include "identity.hpp"
#include "voice.hpp"

namespace otaru::engine {

/// Follows the board's address: joins anew when it changes, is silent without one. A port that cannot have
/// mDNS costs the name, not the update: the board can still be pushed to by its address.
class Announcer {
 public:
  using Address = mdns::Ipv4Address;

  /// Both outlive this object.
  Announcer(const otaru_port& port, const Voice& voice) noexcept : port_(&port), voice_(&voice) {}
  Announcer(const Announcer&) = delete;
  Announcer& operator=(const Announcer&) = delete;

  /// @param identity  outlives the announcement
  /// @param slot      the one that runs
  /// @param seed      differs from board to board
  void start(const Identity& identity, bool password, std::string_view slot, std::uint16_t tcp_port,
             std::uint32_t seed) noexcept;

  /// Memory that nobody uses before start(): a board has little on its stack.
  MutableBytes spare() noexcept { return packet_; }

  /// Takes one packet, and sends what is due. @param own  the board's address; nullopt: there is no network
  /// @return ms until the next call; 0: there is more to do now
  std::uint32_t poll(std::uint32_t now_ms, const std::optional<Address>& own) noexcept;

  /// Says goodbye where the board was announced, and closes.
  void stop(std::uint32_t now_ms) noexcept;

 private:
  static constexpr std::uint32_t kRetry_ms = 5000;  // after the port could not be had
  static constexpr std::uint32_t kLook_ms = 20;     // between looks at the network

  bool follow(std::uint32_t now_ms, const std::optional<Address>& own) noexcept;
  void leave() noexcept;
  bool receive(std::uint32_t now_ms) noexcept;
  bool send(std::uint32_t now_ms) noexcept;
  void tell() noexcept;

  const otaru_port* port_;
  const Voice* voice_;
  mdns::Txt<256> txt_;
  std::optional<mdns::Responder<1>> responder_;
  std::optional<Address> joined_;
  int handle_ = -1;
  bool waiting_ = false;  // retry_ms_ means something
  bool told_failure_ = false;
  bool told_start_ = false;
  bool announced_ = false;
  std::uint32_t retry_ms_ = 0;
  ShortText<63> told_name_;
  std::array<std::byte, mdns::kMaxPacket> packet_{};
};

}  // namespace otaru::engine
