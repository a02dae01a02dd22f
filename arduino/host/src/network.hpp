// The network that the board is in: that of this computer, as far as the board was told to use it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace otaru::sketch {

using Ipv4 = std::array<std::uint8_t, 4>;

/// Where the board is in the network.
struct Place {
  Ipv4 address{};
  std::uint8_t prefix_length = 0;
  unsigned interface = 0;  ///< the kernel's number
};

/// The board's place: the address and interfaces it was started with, else the first usable ones; nothing if
/// there is no such network, or the sketch has not connected. Any thread may ask.
std::optional<Place> own_place();

/// Looks once whether the board's options fit this computer.
/// @throws std::runtime_error  there is no such interface, or no such address is possible; what() says what
/// to do
void check_network();

/// The sketch connects, or disconnects. @return true if it is connected now
bool connect_wifi();
void disconnect_wifi();

}  // namespace otaru::sketch
