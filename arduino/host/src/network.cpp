#include "network.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stdexcept>

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>

#include <otaru/net/interface_watch.hpp>

#include "board.hpp"

namespace otaru::sketch {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kFresh = std::chrono::milliseconds(500);

std::mutex mutex;
bool connected = false;
std::optional<Place> place;  // as of looked_at
Clock::time_point looked_at;

/// The address that the board was started with; nothing: any.
std::optional<Ipv4> asked_address(const Options& options) {
  if (options.bind.empty()) return std::nullopt;
  asio::error_code error;
  const asio::ip::address_v4 address = asio::ip::make_address_v4(options.bind, error);
  if (error)
    throw std::runtime_error("--bind takes an IPv4 address with --sketch, not '" + options.bind + "'");
  if (address.is_unspecified()) return std::nullopt;
  return address.to_bytes();
}

std::optional<Place> find_place() {
  const Options& options = the_board().options();
  const std::optional<Ipv4> asked = asked_address(options);
  asio::io_context io;
  const net::InterfaceWatch watch(io, options.interfaces);
  for (const net::Interface& interface : watch.usable())
    for (const net::InterfaceAddress& own : interface.addresses) {
      if (own.family != mdns::Family::ipv4) continue;
      Place found{.address = {}, .prefix_length = own.prefix_length, .interface = interface.index};
      std::copy_n(own.bytes.begin(), found.address.size(), found.address.begin());
      if (!asked || found.address == *asked) return found;
    }
  // Not on a chosen interface: it can be pushed to there, but nothing is announced.
  if (asked) return Place{.address = *asked, .prefix_length = 32, .interface = 0};
  return std::nullopt;
}

/// An interface that has gone meanwhile may come back.
std::optional<Place> look() {
  try {
    return find_place();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

void check_network() {
  find_place();
}

std::optional<Place> own_place() {
  const std::lock_guard lock(mutex);
  if (!connected) return std::nullopt;
  if (const auto now = Clock::now(); now - looked_at > kFresh) {
    place = look();
    looked_at = now;
  }
  return place;
}

bool connect_wifi() {
  const std::lock_guard lock(mutex);
  place = look();
  looked_at = Clock::now();
  connected = the_board().options().wifi && place.has_value();
  return connected;
}

void disconnect_wifi() {
  const std::lock_guard lock(mutex);
  connected = false;
}

}  // namespace otaru::sketch
