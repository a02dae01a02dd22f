// One TCP connection to a board, driven by one thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <otaru/host/push_client.hpp>
#include <otaru/host/push_wire.hpp>
#include <otaru/push/announcement.hpp>

namespace otaru::host {

using Clock = std::chrono::steady_clock;

/// What became of an attempt to connect.
enum class Reach : std::uint8_t {
  connected,
  refused,      ///< the address answers, but nothing listens on the port
  unreachable,  ///< the network knows no way
  timed_out,
  interrupted,
};

class PushConnection {
 public:
  using Interrupted = std::function<bool()>;

  /// Tries one address and port, once, for at most `limit`.
  Reach connect(const std::string& address, std::uint16_t port, std::chrono::milliseconds limit,
                const Interrupted& interrupted);

  /// Sends the announcement and the file, and listens at the same time, until the board gave its verdict, the
  /// connection ended or a limit passed. Closes the connection. Call once, after connect().
  /// @param force  is announced: take an image that was tried and rejected before
  /// @param password  sends through a secure channel; may be null
  PushTrace run(Bytes file, bool force, const PushLimits& limits, PushWatcher& watcher,
                const mbed::SharedSecret* password);

 private:
  using Socket = asio::ip::tcp::socket;

  void send();
  void receive();
  void end(PushEnding ending) noexcept;
  std::uint64_t arrived() noexcept;
  bool look() noexcept;
  PushProgress progress(Clock::time_point now) noexcept;

  asio::io_context io_{1};
  Socket socket_{io_};
  std::array<std::byte, push::kAnnouncementSize> announcement_{};
  std::array<std::byte, 4096> inbox_{};
  std::optional<PushWire> wire_;
  std::uint64_t total_ = 0;     // of the file, bytes
  std::uint64_t accepted_ = 0;  // by this computer's network, bytes of the wire
  std::uint64_t sent_ = 0;      // bytes of the file that arrived
  bool news_ = false;           // from the board, since the last look
  bool over_ = false;
  bool sending_ = false;
  bool send_failed_ = false;
  PushEnding ending_ = PushEnding::silent;
  Clock::time_point started_;
};

}  // namespace otaru::host
