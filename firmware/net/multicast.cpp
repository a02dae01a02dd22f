#include "multicast.hpp"

#include <algorithm>
#include <cstring>

#include <lwip/igmp.h>

namespace otaru::firmware {
namespace {

constexpr std::uint16_t kPort = 5353;  // RFC 6762, section 3
constexpr std::uint8_t kHops = 255;    // section 11

ip4_addr_t address_of(const std::uint8_t bytes[4]) noexcept {
  ip4_addr_t address{};
  std::memcpy(&address.addr, bytes, 4);  // both in network order
  return address;
}

netif* interface_with(const ip4_addr_t& own) noexcept {
  netif* each = nullptr;
  NETIF_FOREACH(each) {
    if (ip4_addr_cmp(netif_ip4_addr(each), &own)) return each;
  }
  return nullptr;
}

const ip4_addr_t& group() noexcept {
  static constexpr std::uint8_t kGroup[4] = {224, 0, 0, 251};
  static ip4_addr_t address{};
  address = address_of(kGroup);
  return address;
}

}  // namespace

int Multicast::open(const std::uint8_t own[4]) noexcept {
  if (pcb_ != nullptr) return OTARU_GONE;
  interface_ = interface_with(address_of(own));
  if (interface_ == nullptr) return OTARU_GONE;
  pcb_ = udp_new();
  if (pcb_ == nullptr) return OTARU_GONE;
  if (udp_bind(pcb_, IP4_ADDR_ANY, kPort) != ERR_OK || igmp_joingroup_netif(interface_, &group()) != ERR_OK) {
    udp_remove(pcb_);
    pcb_ = nullptr;
    return OTARU_GONE;
  }
  pcb_->ttl = kHops;
  udp_set_multicast_ttl(pcb_, kHops);
  udp_set_multicast_netif_index(pcb_, netif_get_index(interface_));
  udp_clear_flags(pcb_, UDP_FLAGS_MULTICAST_LOOP);  // what we say, we do not hear
  udp_recv(pcb_, on_received, this);
  return kHandle;
}

void Multicast::on_received(void* self, udp_pcb*, pbuf* data, const ip_addr_t* from, u16_t port) {
  auto& me = *static_cast<Multicast*>(self);
  if (me.count_ == kWaiting) {
    pbuf_free(data);
    me.lost_++;
    return;
  }
  Packet& packet = me.packets_[(me.first_ + me.count_++) % kWaiting];
  packet.data = data;
  packet.from.port = port;
  std::memcpy(packet.from.address, &from->addr, 4);
}

int Multicast::receive(int handle, void* out, std::size_t length, otaru_peer* from) noexcept {
  if (handle != kHandle || pcb_ == nullptr) return OTARU_GONE;
  if (count_ == 0) return OTARU_NOT_NOW;
  const Packet packet = packets_[first_];
  first_ = (first_ + 1) % kWaiting;
  count_--;
  *from = packet.from;
  const auto wanted = static_cast<u16_t>(std::min<std::size_t>(length, packet.data->tot_len));
  const int taken = pbuf_copy_partial(packet.data, out, wanted, 0);
  pbuf_free(packet.data);
  return taken;
}

int Multicast::send(int handle, const void* data, std::size_t length, const otaru_peer& to) noexcept {
  if (handle != kHandle || pcb_ == nullptr || length > UINT16_MAX) return -1;
  const auto size = static_cast<u16_t>(length);
  pbuf* const packet = pbuf_alloc(PBUF_TRANSPORT, size, PBUF_RAM);
  if (packet == nullptr) return -1;
  const ip4_addr_t address = address_of(to.address);
  const bool sent = pbuf_take(packet, data, size) == ERR_OK &&
                    udp_sendto_if(pcb_, packet, &address, to.port, interface_) == ERR_OK;
  pbuf_free(packet);
  return sent ? 0 : -1;
}

void Multicast::close(int handle) noexcept {
  if (handle != kHandle || pcb_ == nullptr) return;
  udp_remove(pcb_);
  pcb_ = nullptr;
  (void)igmp_leavegroup_netif(interface_, &group());
  for (; count_ != 0; --count_) {
    pbuf_free(packets_[first_].data);
    first_ = (first_ + 1) % kWaiting;
  }
}

}  // namespace otaru::firmware
