// What the engine asks of a network (otaru_engine.h), by lwIP's raw interface: one listener, four connections
// and four that wait, one handle for mDNS.
//
// What a sender has sent stays in lwIP's buffers until the engine takes it, and only then is the window
// opened again: a sender sees how fast the board writes. Memory: static, besides lwIP's own.
#pragma once

#include <cstdint>

#include <otaru_engine.h>

namespace otaru::firmware {

inline constexpr int kConnections = 4;  ///< accepted at once: the engine's seats
inline constexpr int kBacklog = 4;      ///< more that may wait; further ones are not answered, and ask again

/// Fills tcp_listen to mdns_close, own_address and mac. They work after start_network() on the default
/// interface; their context is not used. Called by the thread that calls network_poll().
void put_network(otaru_port& port) noexcept;

/// mDNS packets that came while four waited for the engine.
std::uint32_t mdns_packets_lost() noexcept;

}  // namespace otaru::firmware
