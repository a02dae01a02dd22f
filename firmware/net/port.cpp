#include "port.hpp"

#include <algorithm>
#include <cstring>

#include <lwip/netif.h>

#include "connections.hpp"
#include "multicast.hpp"

namespace otaru::firmware {
namespace {

constinit Connections connections{};
constinit Multicast multicast{};

int own_address(void*, std::uint8_t address[4]) {
  const netif* const board = netif_default;
  if (board == nullptr || !netif_is_up(board) || !netif_is_link_up(board)) return 0;
  if (ip4_addr_isany(netif_ip4_addr(board))) return 0;
  std::memcpy(address, &netif_ip4_addr(board)->addr, 4);  // both in network order
  return 1;
}

int mac(void*, std::uint8_t mac[6]) {
  if (netif_default == nullptr) return -1;
  std::copy_n(netif_default->hwaddr, 6, mac);
  return 0;
}

}  // namespace

void put_network(otaru_port& port) noexcept {
  port.own_address = own_address;
  port.mac = mac;
  port.tcp_listen = [](void*, std::uint16_t number) { return connections.listen(number); };
  port.tcp_accept = [](void*, int listener, otaru_peer* from) { return connections.accept(listener, from); };
  port.tcp_receive = [](void*, int connection, void* out, std::size_t length) {
    return connections.receive(connection, out, length);
  };
  port.tcp_send = [](void*, int connection, const void* data, std::size_t length) {
    return connections.send(connection, data, length);
  };
  port.tcp_shutdown = [](void*, int connection) { connections.shutdown(connection); };
  port.tcp_close = [](void*, int handle) { connections.close(handle); };
  port.mdns_open = [](void*, const std::uint8_t own[4]) { return multicast.open(own); };
  port.mdns_receive = [](void*, int handle, void* out, std::size_t length, otaru_peer* from) {
    return multicast.receive(handle, out, length, from);
  };
  port.mdns_send = [](void*, int handle, const void* data, std::size_t length, const otaru_peer* to) {
    return multicast.send(handle, data, length, *to);
  };
  port.mdns_close = [](void*, int handle) { multicast.close(handle); };
}

std::uint32_t mdns_packets_lost() noexcept {
  return multicast.lost();
}

}  // namespace otaru::firmware
