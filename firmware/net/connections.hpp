// The TCP side of port.hpp: connections that outlive what lwIP has for them.
//
// lwIP frees a connection (its "pcb") on its own when it breaks, and long after both ends have closed; the
// engine's handle stays valid until tcp_close(). So a slot here forgets the pcb as soon as lwIP may free it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <lwip/tcp.h>
#include <otaru_engine.h>

#include "port.hpp"

namespace otaru::firmware {

class Connections {
 public:
  static constexpr int kListener = 0;  ///< handles behind it are connections

  int listen(std::uint16_t port) noexcept;
  int accept(int handle, otaru_peer* from) noexcept;
  int receive(int handle, void* out, std::size_t length) noexcept;
  int send(int handle, const void* data, std::size_t length) noexcept;
  void shutdown(int handle) noexcept;
  void close(int handle) noexcept;

 private:
  enum class Use : std::uint8_t { none, waiting, accepted };
  struct Slot {
    tcp_pcb* pcb = nullptr;    ///< null: lwIP has let go of it, or we of it
    pbuf* received = nullptr;  ///< what the engine has not taken yet
    otaru_peer from{};
    ip4_addr_t held{};       ///< the neighbour whose link-layer address is held for it; 0: none
    std::uint32_t turn = 0;  ///< who waits longest has the lowest
    Use use = Use::none;
    bool ended = false;  ///< the peer has sent a FIN
    bool shut = false;   ///< we have
    bool broken = false;
  };

  static err_t on_accept(void* self, tcp_pcb* pcb, err_t error);
  static err_t on_received(void* slot, tcp_pcb* pcb, pbuf* data, err_t error);
  static void on_error(void* slot, err_t error);

  Slot* find(int handle) noexcept;
  int count(Use use) const noexcept;
  void hold_neighbour(Slot& slot) noexcept;
  void release_neighbour(Slot& slot) noexcept;
  static void let_go(Slot& slot) noexcept;
  static void forget_received(Slot& slot) noexcept;
  void end(Slot& slot) noexcept;

  tcp_pcb* listener_ = nullptr;
  std::uint32_t turns_ = 0;
  std::array<Slot, kConnections + kBacklog> slots_{};
};

}  // namespace otaru::firmware
