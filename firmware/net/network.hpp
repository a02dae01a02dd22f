// The board's network: lwIP 2.1 over the chip LAN9118, driven by one thread that polls.
//
// An address comes by DHCP; while no server answers, the board takes a link-local one (RFC 3927) after some
// seconds, and gives it up when a server answers later. docs/decisions/0014-lwip-raw.md says why lwIP's raw
// interface, without an operating system.
#pragma once

#include <cstdint>

#include "lan9118.hpp"

namespace otaru::firmware {

/// Begins: chip, lwIP, DHCP. Once, after start_clock(). Does not wait for a cable or an address.
/// @return false if the chip does not come up: the board has no network then, and all else works
bool start_network() noexcept;

/// Takes in the frames that wait (at most 32, so that a flood cannot keep the caller), and does what lwIP's
/// clock says. Often: between two calls the chip keeps 10 KB, and loses what comes after that.
/// @return true if there were frames: call the engine, and then this again, before you sleep
bool network_poll() noexcept;

/// Milliseconds until network_poll() has something to do if no frame comes; 0: there is something now. The
/// chip does not interrupt, so look for frames each millisecond.
std::uint32_t network_idle_ms() noexcept;

/// Memory of lwIP, all of it static, by lwIP's own statistics. Bytes.
struct NetworkMemory {
  std::uint32_t peak;        ///< of the two below together, at most: they need not have been at once
  std::uint32_t heap_peak;   ///< what is sent, and DHCP's and AUTOIP's state
  std::uint32_t pools_peak;  ///< frames received, connections, timers
  std::uint32_t room;        ///< heap and pools in all
  std::uint32_t refused;     ///< times that either was full
};
NetworkMemory network_memory() noexcept;

const FrameCounts& network_frames() noexcept;

}  // namespace otaru::firmware
