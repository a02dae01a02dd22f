// Listens to mDNS on the loopback interface.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <asio/io_context.hpp>

#include <otaru/net/local_network.hpp>

namespace otaru::bench {

/// Hears from its construction on. Throws std::runtime_error if it cannot share port 5353 or has no `lo`.
class MdnsEar {
 public:
  using Clock = std::chrono::steady_clock;

  MdnsEar();

  /// Waits for the next packet, sent to all, that says by a PTR record of `_arduino._tcp.local` that there is
  /// a board of this name. When it came; nothing if `limit` passes.
  std::optional<Clock::time_point> wait_for(const std::string& name, std::chrono::milliseconds limit);

  /// Asks all boards to say that they are there.
  void ask();

 private:
  void hear(const mdns::Incoming& incoming);

  asio::io_context io_;
  net::LocalNetwork network_;
  mdns::InterfaceId loopback_ = 0;
  std::string wanted_;
  std::optional<Clock::time_point> heard_;
};

}  // namespace otaru::bench
