// lwIP on this machine, in virtual time: a board with the address 10.0.0.1, and a wire that brings every
// packet back to the same lwIP. So both ends of a connection are real, and the test sees and can lose what
// passes.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include <lwip/netif.h>

namespace otaru::firmware {

class Wire {
 public:
  Wire();
  ~Wire();  // breaks whatever is still connected
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// Brings packets until none is on its way.
  void settle();
  /// Time passes, 50 ms at a time, and what is due happens.
  void pass_ms(std::uint32_t ms);

  std::function<bool(const std::string&)> loses;  ///< asked for every packet; none: nothing is lost
  std::vector<std::string> packets;               ///< all that were put on the wire, from the IPv4 header on
  netif board{};

 private:
  static err_t describe(netif* board);
  static err_t put(netif* board, pbuf* packet, const ip4_addr_t* to);

  std::deque<std::string> on_the_way_;
};

/// Bytes that lwIP has given out and not got back: heap, and pool by pool.
std::vector<std::uint32_t> lwip_in_use();

}  // namespace otaru::firmware
