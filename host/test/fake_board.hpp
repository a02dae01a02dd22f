// A board in a thread, on loopback, that does what a test tells it to.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <otaru/bytes.hpp>
#include <otaru/push/announcement.hpp>

namespace otaru::host {

/// One connection, seen from the board. No wait is longer than 5 s.
class FakeConnection {
 public:
  explicit FakeConnection(int socket) : socket_(socket) {
    const timeval limit{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  FakeConnection(const FakeConnection&) = delete;
  FakeConnection& operator=(const FakeConnection&) = delete;
  ~FakeConnection() { close(); }

  /// The next `count` bytes, or fewer if the uploader closes.
  std::vector<std::byte> read(std::size_t count) {
    std::vector<std::byte> bytes(count);
    std::size_t got = 0;
    while (got < count) {
      const ssize_t more = ::recv(socket_, bytes.data() + got, count - got, 0);
      if (more <= 0) break;
      got += static_cast<std::size_t>(more);
    }
    bytes.resize(got);
    return bytes;
  }

  /// The announcement, then the whole file that it announces.
  std::vector<std::byte> read_file() {
    const std::vector<std::byte> head = read(push::kAnnouncementSize);
    if (head.size() < push::kAnnouncementSize) return {};
    announcement = push::read_announcement(head);
    return read(announcement.size);
  }

  /// False if the uploader is gone.
  bool say(std::string_view text) {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  /// As a board that drops its connection without a farewell.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

  /// Waits until the uploader has closed, dropping what still comes.
  void wait_for_close() {
    while (!read(4096).empty()) {
    }
  }

  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

  push::Announcement announcement{};

 private:
  int socket_;
};

/// Listens on a free port of 127.0.0.1 from its construction on; serves one connection, or as many
/// as the test wants, then goes on listening or stops.
class FakeBoard {
 public:
  using Script = std::function<void(FakeConnection&)>;
  enum class After : std::uint8_t { listens, stops };

  explicit FakeBoard(Script script, After after = After::listens, int receive_buffer = 0, int connections = 1)
      : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0)
      ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
      throw std::runtime_error("no port for a fake board");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, script = std::move(script), after, connections] {
      for (int i = 0; i < connections; ++i) serve(script, after);
    });
  }
  FakeBoard(const FakeBoard&) = delete;
  FakeBoard& operator=(const FakeBoard&) = delete;
  ~FakeBoard() {
    join();
    if (listener_ >= 0) ::close(listener_);
  }

  std::uint16_t port() const noexcept { return port_; }

  /// Waits for the script's end: after that its results may be read.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  void serve(const Script& script, After after) {
    pollfd ready{listener_, POLLIN, 0};
    if (::poll(&ready, 1, 5000) != 1) return;
    FakeConnection connection(::accept(listener_, nullptr, nullptr));
    if (after == After::stops) ::close(std::exchange(listener_, -1));
    script(connection);
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// A port of 127.0.0.1 on which nothing listens.
inline std::uint16_t closed_port() {
  std::uint16_t port = 0;
  {
    FakeBoard board([](FakeConnection&) {}, FakeBoard::After::stops);
    port = board.port();
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
    board.join();
    ::close(socket);
  }
  return port;
}

}  // namespace otaru::host
