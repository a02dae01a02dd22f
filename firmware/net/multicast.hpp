// The mDNS side of port.hpp: one UDP port, and packets that wait until the engine asks for them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <lwip/netif.h>
#include <lwip/udp.h>
#include <otaru_engine.h>

namespace otaru::firmware {

class Multicast {
 public:
  static constexpr int kHandle = 0;

  int open(const std::uint8_t own[4]) noexcept;
  int receive(int handle, void* out, std::size_t length, otaru_peer* from) noexcept;
  int send(int handle, const void* data, std::size_t length, const otaru_peer& to) noexcept;
  void close(int handle) noexcept;
  std::uint32_t lost() const noexcept { return lost_; }

 private:
  struct Packet {
    pbuf* data;
    otaru_peer from;
  };
  static constexpr std::size_t kWaiting = 4;  // three pieces of lwIP's pool each, at most

  static void on_received(void* self, udp_pcb* pcb, pbuf* data, const ip_addr_t* from, u16_t port);

  udp_pcb* pcb_ = nullptr;
  netif* interface_ = nullptr;
  std::array<Packet, kWaiting> packets_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::uint32_t lost_ = 0;
};

}  // namespace otaru::firmware
