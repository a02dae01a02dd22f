// Where a push goes: what the user wrote, and the addresses and ports that it stands for.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <otaru/host/discover.hpp>

namespace otaru::host {

/// Boards of ours, and the Ameba user guide, listen on the first; stock sketches and tools use the second.
inline constexpr std::uint16_t kPushPort = 8020;
inline constexpr std::uint16_t kStockPushPort = 8082;

/// There is no such board, or no way to it. `what()` is for people and says what to do. Exit code 3.
class NoBoard : public std::runtime_error {
 public:
  NoBoard(std::string code, const std::string& message)
      : std::runtime_error(message), code_(std::move(code)) {}
  /// For programs: `not_found`, `no_connection` or `interrupted`.
  const std::string& code() const noexcept { return code_; }

 private:
  std::string code_;
};

/// `NAME|HOST[:PORT]`, taken apart.
struct PushTarget {
  std::string name;  ///< of a board, or a host name, or an address without brackets
  std::optional<std::uint16_t> port;
};

/// Reads `MyAmeba`, `MyAmeba.local:8082`, `192.0.2.7`, `fe80::1%wlan0`, `[fe80::1%wlan0]:8020`.
/// @throws BadInput  nothing is named, or the port is none
PushTarget parse_push_target(std::string_view text);

/// Where to connect to.
struct BoardPlace {
  std::string label;                     ///< for people: `MyAmeba at 192.0.2.7`, or the address
  std::vector<std::string> addresses;    ///< to try in this order; numeric, IPv4 or IPv6
  std::vector<std::uint16_t> ports;      ///< the next is tried when the one before it is refused
  std::string mdns_name;                 ///< by which it was found with mDNS; else empty
  std::optional<bool> wants_password{};  ///< as it announces by mDNS; unknown without
};

using BoardFinder =
    std::function<std::optional<DiscoveredBoard>(const std::string& name, std::chrono::milliseconds limit)>;

struct LocateOptions {
  BoardFinder find_board;  ///< may be empty: then nothing is asked by mDNS
  std::chrono::milliseconds mdns_limit{3000};
  std::chrono::milliseconds lookup_limit{5000};  ///< for the system's resolver
  std::function<bool()> interrupted;             ///< true when the user wants to stop; may be empty
};

/// Finds the board. An address is taken as it is; a name without dots, or one that ends in `.local`, is asked
/// for by mDNS first; other names go to the system's resolver first. Ports: that of the target, else that of
/// a found board with TXT `otaru`, else 8020 then 8082. Blocks for at most both limits together.
/// @throws NoBoard  nothing of this name
BoardPlace locate(const PushTarget& target, const LocateOptions& options);

/// Ports to try for a board whose SRV record says `announced`, when nothing tells whether it is one of ours:
/// that port first, then the usual ones. Stock boards announce 5000, where nothing takes a push; 0 stands for
/// unknown.
std::vector<std::uint16_t> ports_to_try(std::uint16_t announced);

/// Numeric addresses of a host name, as the system's resolver gives them; empty if there is none, the limit
/// passed or `interrupted` said so.
std::vector<std::string> resolve_host(const std::string& name, std::chrono::milliseconds limit,
                                      const std::function<bool()>& interrupted);

}  // namespace otaru::host
