#include "network.hpp"

#include <algorithm>

#include <lwip/autoip.h>
#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/memp.h>
#include <lwip/netif.h>
#include <lwip/priv/memp_priv.h>
#include <lwip/stats.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>

#include "machine/clock.hpp"
#include "machine/machine.hpp"
#include "machine/uart.hpp"

namespace otaru::firmware {
namespace {

constexpr std::uint32_t kLookAtLink_ms = 250;

constinit Lan9118 chip{};
constinit netif interface {};
constinit bool started = false;
constinit std::uint32_t looked_ms = 0;
constinit std::uint32_t random_state = 1;

/// Sends a frame; lwIP's padding before it stays behind.
err_t send(netif*, pbuf* frame) noexcept {
  if (!chip.begin(frame->tot_len - std::size_t{ETH_PAD_SIZE})) return ERR_IF;
  std::size_t skip = ETH_PAD_SIZE;
  for (const pbuf* part = frame; part != nullptr; part = part->next) {
    const std::size_t padding = std::min<std::size_t>(skip, part->len);
    skip -= padding;
    chip.write(static_cast<const std::uint8_t*>(part->payload) + padding, part->len - padding);
  }
  return ERR_OK;
}

/// Every part of a frame but the last is whole words: see static_assert.
void fill(pbuf* frame) noexcept {
  static_assert(PBUF_POOL_BUFSIZE % sizeof(std::uint32_t) == 0);
  for (pbuf* part = frame; part != nullptr; part = part->next)
    chip.read(static_cast<std::uint32_t*>(part->payload), (part->len + 3u) / 4u);
  chip.finish();
}

/// @return false if none waits
bool take_in_one_frame() noexcept {
  const auto length = chip.next_frame();
  if (!length) return false;
  pbuf* const frame = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(*length + ETH_PAD_SIZE), PBUF_POOL);
  if (frame == nullptr) {
    chip.drop();
    return true;
  }
  fill(frame);
  if (interface.input(frame, &interface) != ERR_OK) pbuf_free(frame);
  return true;
}

void look_at_link(std::uint32_t now_ms) noexcept {
  looked_ms = now_ms;
  if (chip.link())
    netif_set_link_up(&interface);
  else
    netif_set_link_down(&interface);
}

err_t describe(netif* what) noexcept {
  what->name[0] = 'e';
  what->name[1] = 'n';
  what->mtu = 1500;
  what->hwaddr_len = ETH_HWADDR_LEN;
  std::copy(chip.mac().begin(), chip.mac().end(), what->hwaddr);
  what->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP;
  what->output = etharp_output;
  what->linkoutput = send;
  return ERR_OK;
}

}  // namespace

bool start_network() noexcept {
  lwip_init();
  if (!chip.start()) return false;
  for (const std::uint8_t byte : chip.mac()) random_state = random_state * 31 + byte;
  if (netif_add_noaddr(&interface, nullptr, describe, ethernet_input) == nullptr) return false;
  netif_set_default(&interface);
  netif_set_up(&interface);
  look_at_link(milliseconds());
  started = dhcp_start(&interface) == ERR_OK;
  return started;
}

bool network_poll() noexcept {
  constexpr int kAtOnce = 32;
  if (!started) return false;
  bool any = false;
  for (int i = 0; i < kAtOnce && take_in_one_frame(); ++i) any = true;
  const std::uint32_t now_ms = milliseconds();
  if (now_ms - looked_ms >= kLookAtLink_ms) look_at_link(now_ms);
  sys_check_timeouts();
  return any;
}

std::uint32_t network_idle_ms() noexcept {
  if (!started) return kLookAtLink_ms;
  const std::uint32_t since_ms = milliseconds() - looked_ms;
  return std::min(sys_timeouts_sleeptime(), kLookAtLink_ms - std::min(since_ms, kLookAtLink_ms));
}

NetworkMemory network_memory() noexcept {
  NetworkMemory memory{};
  memory.heap_peak = lwip_stats.mem.max;
  memory.room = lwip_stats.mem.avail;
  memory.refused = lwip_stats.mem.err;
  for (std::size_t i = 0; i < MEMP_MAX; ++i) {
    const stats_mem* const pool = lwip_stats.memp[i];
    if (pool == nullptr) continue;
    memory.pools_peak += pool->max * std::uint32_t{memp_pools[i]->size};
    memory.room += pool->avail * std::uint32_t{memp_pools[i]->size};
    memory.refused += pool->err;
  }
  memory.peak = memory.heap_peak + memory.pools_peak;
  return memory;
}

const FrameCounts& network_frames() noexcept {
  return chip.counts();
}

}  // namespace otaru::firmware

u32_t sys_now() {
  return otaru::firmware::milliseconds();
}

/// A generator by George Marsaglia (xorshift32), stirred by the clock: what it is for needs no secrets.
std::uint32_t otaru_lwip_random() {
  std::uint32_t& state = otaru::firmware::random_state;
  state ^= otaru::firmware::cycles();
  if (state == 0) state = 1;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

void otaru_lwip_broken(const char* what) {
  otaru::firmware::print_line("[network] broken: ", what, ": reset");
  otaru::firmware::reset_machine();
}
