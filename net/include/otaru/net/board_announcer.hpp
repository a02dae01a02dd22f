// Makes a board known on the local network: core's responder with sockets and a clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>

namespace otaru::net {

/// TXT entries in the order in which they are sent.
using TxtEntries = std::vector<std::pair<std::string, std::string>>;

/// What a board says of itself.
struct Announcement {
  std::string name = "MyAmeba";           ///< instance and host name; another is taken if it is not free
  std::string service = "_arduino._tcp";  ///< type, at most 21 bytes
  std::uint16_t port = 0;                 ///< where it listens
  TxtEntries txt;
  std::vector<std::string> interfaces;  ///< names; empty: all usable ones, loopback not among them
  /// The address that the board listens on. `::` stands for all of both families, `0.0.0.0` for all of IPv4;
  /// nothing else is announced.
  asio::ip::address listening_on = asio::ip::address_v6::any();
};

/// What the announcer calls from the io_context; any may be left empty. They may call stop(), but
/// not destroy the announcer.
struct AnnouncerEvents {
  /// The name is the board's own, and it was announced. `host` is such as `MyAmeba.local`. Comes again after
  /// a rename, and when the network comes back after it was gone.
  std::function<void(const std::string& name, const std::string& host)> announced;
  /// Another device has the name; the board goes on as `now`, which is not yet announced.
  std::function<void(const std::string& before, const std::string& now)> renamed;
  /// Something that a person should know, as one sentence.
  std::function<void(const std::string&)> warning;
};

/// Announces one board with its service in `.local` (RFC 6762, RFC 6763), in IPv4 and IPv6, on every chosen
/// interface, also on those that come later. Not thread-safe; runs on the io_context's thread.
class BoardAnnouncer {
 public:
  explicit BoardAnnouncer(asio::io_context& io);
  ~BoardAnnouncer();  ///< as a power cut: says no goodbye
  BoardAnnouncer(const BoardAnnouncer&) = delete;
  BoardAnnouncer& operator=(const BoardAnnouncer&) = delete;

  /// Asks whether the name is free, for about 0.75 s, then announces it. Returns at once. Stops what was
  /// announced before.
  ///
  /// @throws NoSuchInterface        an interface that was named does not exist
  /// @throws std::invalid_argument  the name is empty, or the TXT entries are too long or contain `=`
  /// @throws std::system_error      UDP port 5353 cannot be shared
  void start(const Announcement& announcement, AnnouncerEvents events);

  /// Announces new TXT entries. Without effect before start().
  /// @throws std::invalid_argument  see start(); the old entries stay
  void update_txt(const TxtEntries& txt);

  /// Says goodbye, so that others forget the board at once. The goodbye is sent when this returns.
  void stop();

 private:
  class Running;

  asio::io_context& io_;
  std::shared_ptr<Running> running_;
};

}  // namespace otaru::net
