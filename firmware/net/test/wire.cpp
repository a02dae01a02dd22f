#include "wire.hpp"

#include <cstdio>
#include <cstdlib>

#include <lwip/init.h>
#include <lwip/ip4.h>
#include <lwip/memp.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/stats.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>

namespace {
std::uint32_t now_ms = 0;
std::uint32_t random_state = 1;
}  // namespace

u32_t sys_now() {
  return now_ms;
}

std::uint32_t otaru_lwip_random() {
  random_state = random_state * 1'664'525 + 1'013'904'223;
  return random_state;
}

void otaru_lwip_broken(const char* what) {
  std::fprintf(stderr, "lwIP: %s\n", what);
  std::abort();
}

namespace otaru::firmware {

Wire::Wire() {
  static const bool initialised = (lwip_init(), true);
  (void)initialised;
  ip4_addr_t address{}, mask{}, none{};
  IP4_ADDR(&address, 10, 0, 0, 1);
  IP4_ADDR(&mask, 255, 255, 255, 0);
  netif_add(&board, &address, &mask, &none, this, describe, ip4_input);
  netif_set_default(&board);
  netif_set_up(&board);
  netif_set_link_up(&board);
  settle();
}

Wire::~Wire() {
  while (tcp_active_pcbs != nullptr) tcp_abort(tcp_active_pcbs);
  while (tcp_tw_pcbs != nullptr) tcp_abort(tcp_tw_pcbs);
  netif_remove(&board);
}

err_t Wire::describe(netif* board) {
  board->mtu = 1500;
  board->hwaddr_len = 6;
  for (std::uint8_t i = 0; i < 6; ++i) board->hwaddr[i] = static_cast<std::uint8_t>(0x50 + i);
  board->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_IGMP;
  board->output = put;
  return ERR_OK;
}

err_t Wire::put(netif* board, pbuf* packet, const ip4_addr_t*) {
  auto& me = *static_cast<Wire*>(board->state);
  std::string bytes(packet->tot_len, '\0');
  pbuf_copy_partial(packet, bytes.data(), packet->tot_len, 0);
  me.packets.push_back(bytes);
  if (!me.loses || !me.loses(bytes)) me.on_the_way_.push_back(bytes);
  return ERR_OK;
}

void Wire::settle() {
  while (!on_the_way_.empty()) {
    const std::string bytes = on_the_way_.front();
    on_the_way_.pop_front();
    pbuf* const packet = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(bytes.size()), PBUF_POOL);
    if (packet == nullptr) continue;  // as the driver does
    pbuf_take(packet, bytes.data(), static_cast<u16_t>(bytes.size()));
    if (board.input(packet, &board) != ERR_OK) pbuf_free(packet);
  }
}

void Wire::pass_ms(std::uint32_t ms) {
  constexpr std::uint32_t kStep_ms = 50;
  for (std::uint32_t passed = 0; passed < ms; passed += kStep_ms) {
    now_ms += kStep_ms;
    sys_check_timeouts();
    settle();
  }
}

std::vector<std::uint32_t> lwip_in_use() {
  std::vector<std::uint32_t> used{static_cast<std::uint32_t>(lwip_stats.mem.used)};
  for (const stats_mem* pool : lwip_stats.memp) used.push_back(static_cast<std::uint32_t>(pool->used));
  return used;
}

}  // namespace otaru::firmware
