// The boards of the local network, as mDNS shows them (RFC 6762, RFC 6763).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace otaru::host {

/// A board that advertises `_arduino._tcp.local.`, with what its SRV, TXT and address records say.
struct DiscoveredBoard {
  std::string name;        ///< instance name: `MyAmeba`
  std::string host;        ///< host name without its final dot: `MyAmeba.local`
  std::string address;     ///< IPv4 where there is one, else IPv6 (link-local with `%interface`)
  std::uint16_t port = 0;  ///< of the SRV record. Only a board with `otaru` set listens there for sure
  std::string board;       ///< TXT `board`, such as `ameba_rtl8721d`; empty if it does not say
  bool otaru =
      false;  ///< TXT has `otaru`: the port is true. Stock boards advertise 5000, where nothing listens
  std::map<std::string, std::string> txt;
  std::string label;  ///< as the Arduino IDE shows it: `MyAmeba at 192.0.2.7`; no control characters

  /// What TXT `auth_upload` says. A `no` without `otaru` tells nothing: every sketch that announces itself as
  /// stock sketches do says so, also one with Otaru's class OTA and a password.
  std::optional<bool> wants_password() const;
};

/// True if `name` is the board's instance name, or its host name with or without `.local`, capitals or not.
bool is_called(const DiscoveredBoard& board, std::string_view name);

/// Looks for the board whose instance name is `name`, or whose host name is `name` (with or without
/// `.local`), capitals or not. Blocks until its port, TXT and address are known, or until `limit` has passed.
///
/// @param interfaces  names of the interfaces to use, and no others; empty for every usable one
/// @return nothing if no such board answered in time
/// @throws BadInput  an interface in `interfaces` does not exist
/// @throws std::system_error  no socket could be opened
std::optional<DiscoveredBoard> find_board(const std::string& name, std::chrono::milliseconds limit,
                                          const std::vector<std::string>& interfaces);

}  // namespace otaru::host
