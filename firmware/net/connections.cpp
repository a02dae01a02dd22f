#include "connections.hpp"

#include <algorithm>

#include <lwip/etharp.h>
#include <lwip/ip4.h>
#include <lwip/netif.h>

namespace otaru::firmware {

int Connections::listen(std::uint16_t port) noexcept {
  if (listener_ != nullptr) return OTARU_GONE;
  tcp_pcb* const fresh = tcp_new();
  if (fresh == nullptr) return OTARU_GONE;
  ip_set_option(fresh, SOF_REUSEADDR);
  if (tcp_bind(fresh, IP4_ADDR_ANY, port) == ERR_OK) listener_ = tcp_listen_with_backlog(fresh, kBacklog);
  if (listener_ == nullptr) {
    (void)tcp_close(fresh);
    return OTARU_GONE;
  }
  tcp_arg(listener_, this);
  tcp_accept(listener_, on_accept);
  return kListener;
}

/// A connection is complete. It counts against the backlog until the engine takes it.
err_t Connections::on_accept(void* self, tcp_pcb* pcb, err_t error) {
  auto& me = *static_cast<Connections*>(self);
  if (error != ERR_OK || pcb == nullptr) return ERR_VAL;  // lwIP had no memory for it
  const auto slot =
      std::find_if(me.slots_.begin(), me.slots_.end(), [](const Slot& s) { return s.use == Use::none; });
  if (slot == me.slots_.end()) return ERR_MEM;  // lwIP resets it
  *slot = Slot{};
  slot->use = Use::waiting;
  slot->pcb = pcb;
  slot->turn = me.turns_++;
  const std::uint32_t address = ip4_addr_get_u32(ip_2_ip4(&pcb->remote_ip));  // in network order
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&address), 4, slot->from.address);
  slot->from.port = pcb->remote_port;
  tcp_backlog_delayed(pcb);
  tcp_arg(pcb, &*slot);
  tcp_recv(pcb, on_received);
  tcp_err(pcb, on_error);
  tcp_nagle_disable(pcb);
  return ERR_OK;
}

err_t Connections::on_received(void* argument, tcp_pcb*, pbuf* data, err_t) {
  auto& slot = *static_cast<Slot*>(argument);
  if (data == nullptr) {
    slot.ended = true;
    // Both ways are closed. What is left is lwIP's affair, which tells nobody when it frees such a pcb.
    if (slot.shut) let_go(slot);
  } else if (slot.received == nullptr) {
    slot.received = data;
  } else {
    pbuf_cat(slot.received, data);
  }
  return ERR_OK;
}

/// lwIP has freed the pcb: the peer's reset, no answer for too long, or the last FIN was acknowledged.
void Connections::on_error(void* argument, err_t error) {
  auto& slot = *static_cast<Slot*>(argument);
  slot.pcb = nullptr;
  slot.broken = error != ERR_CLSD;
  if (slot.use != Use::waiting) return;
  forget_received(slot);
  slot.use = Use::none;  // nobody has seen it
}

int Connections::accept(int handle, otaru_peer* from) noexcept {
  if (handle != kListener || listener_ == nullptr) return OTARU_GONE;
  if (count(Use::accepted) >= kConnections) return OTARU_NOT_NOW;
  Slot* next = nullptr;
  for (Slot& slot : slots_)
    if (slot.use == Use::waiting && (next == nullptr || slot.turn - next->turn > 0x8000'0000u)) next = &slot;
  if (next == nullptr) return OTARU_NOT_NOW;
  next->use = Use::accepted;
  if (next->pcb != nullptr) {
    tcp_backlog_accepted(next->pcb);
    hold_neighbour(*next);
  }
  *from = next->from;
  return static_cast<int>(next - slots_.data()) + 1;
}

int Connections::receive(int handle, void* out, std::size_t length) noexcept {
  Slot* const slot = find(handle);
  if (slot == nullptr) return OTARU_GONE;
  if (slot->received == nullptr) {
    if (slot->ended) return 0;
    return slot->broken || slot->pcb == nullptr ? OTARU_GONE : OTARU_NOT_NOW;
  }
  // What came before a reset counts: the end of a file may be among it.
  const auto wanted = static_cast<u16_t>(std::min<std::size_t>(length, slot->received->tot_len));
  const u16_t taken = pbuf_copy_partial(slot->received, out, wanted, 0);
  slot->received = pbuf_free_header(slot->received, taken);
  if (slot->pcb != nullptr) tcp_recved(slot->pcb, taken);
  return taken != 0 ? taken : OTARU_NOT_NOW;
}

int Connections::send(int handle, const void* data, std::size_t length) noexcept {
  Slot* const slot = find(handle);
  if (slot == nullptr || slot->pcb == nullptr || slot->shut) return OTARU_GONE;
  auto some = static_cast<u16_t>(std::min<std::size_t>(length, tcp_sndbuf(slot->pcb)));
  for (; some != 0; some /= 2) {  // less may fit into lwIP's heap
    const err_t error = tcp_write(slot->pcb, data, some, TCP_WRITE_FLAG_COPY);
    if (error == ERR_OK) {
      (void)tcp_output(slot->pcb);  // what does not go out now, its timers send
      return some;
    }
    if (error != ERR_MEM) return OTARU_GONE;
  }
  return OTARU_NOT_NOW;
}

void Connections::shutdown(int handle) noexcept {
  Slot* const slot = find(handle);
  if (slot == nullptr || slot->shut) return;
  slot->shut = true;
  if (slot->pcb == nullptr) return;
  (void)tcp_shutdown(slot->pcb, 0, 1);  // without memory for a FIN, lwIP's timer tries again
  if (slot->ended) let_go(*slot);
}

void Connections::close(int handle) noexcept {
  if (handle == kListener && listener_ != nullptr) {
    for (Slot& slot : slots_)
      if (slot.use == Use::waiting) end(slot);
    (void)tcp_close(listener_);
    listener_ = nullptr;
  } else if (Slot* const slot = find(handle); slot != nullptr) {
    end(*slot);
  }
}

/// Closes for good. lwIP sends what was given to it, and a FIN.
void Connections::end(Slot& slot) noexcept {
  if (tcp_pcb* const pcb = slot.pcb; pcb != nullptr) {
    // lwIP would answer unread bytes with a reset, and that destroys what the peer has not read yet.
    if (slot.received != nullptr) tcp_recved(pcb, slot.received->tot_len);
    let_go(slot);
    if (tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
  }
  forget_received(slot);
  release_neighbour(slot);
  slot = Slot{};
}

/// Keeps what ARP knows of the neighbour that a connection comes from, be it a router, until its close:
/// others who ask for the board would push it out, and each acknowledgement would wait for a question of its
/// own, or be lost.
void Connections::hold_neighbour(Slot& slot) noexcept {
  const ip4_addr_t& peer = *ip_2_ip4(&slot.pcb->remote_ip);
  netif* const interface = ip4_route(&peer);
  if (interface == nullptr) return;
  const bool here = ip4_addr_netcmp(&peer, netif_ip4_addr(interface), netif_ip4_netmask(interface)) ||
                    ip4_addr_islinklocal(&peer);
  const ip4_addr_t neighbour = here ? peer : *netif_ip4_gw(interface);
  eth_addr* known = nullptr;
  const ip4_addr_t* entry = nullptr;
  if (etharp_find_addr(interface, &neighbour, &known, &entry) < 0) return;
  eth_addr address = *known;
  if (etharp_add_static_entry(&neighbour, &address) == ERR_OK) slot.held = neighbour;
}

void Connections::release_neighbour(Slot& slot) noexcept {
  const ip4_addr_t held = slot.held;
  slot.held = {};
  if (ip4_addr_isany_val(held)) return;
  const bool used = std::any_of(slots_.begin(), slots_.end(),
                                [&held](const Slot& other) { return ip4_addr_cmp(&other.held, &held); });
  if (!used) (void)etharp_remove_static_entry(&held);
}

/// From here on lwIP has the pcb alone, and may kill it if a new connection needs the memory.
void Connections::let_go(Slot& slot) noexcept {
  tcp_arg(slot.pcb, nullptr);
  tcp_recv(slot.pcb, nullptr);
  tcp_err(slot.pcb, nullptr);
  tcp_setprio(slot.pcb, TCP_PRIO_MIN);
  slot.pcb = nullptr;
}

void Connections::forget_received(Slot& slot) noexcept {
  if (slot.received != nullptr) pbuf_free(slot.received);
  slot.received = nullptr;
}

Connections::Slot* Connections::find(int handle) noexcept {
  if (handle < 1 || handle > static_cast<int>(slots_.size())) return nullptr;
  Slot& slot = slots_[static_cast<std::size_t>(handle - 1)];
  return slot.use == Use::accepted ? &slot : nullptr;
}

int Connections::count(Use use) const noexcept {
  return static_cast<int>(
      std::count_if(slots_.begin(), slots_.end(), [use](const Slot& slot) { return slot.use == use; }));
}

}  // namespace otaru::firmware
