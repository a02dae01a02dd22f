#include "tcp.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "board.hpp"
#include "console.hpp"
#include "socket_address.hpp"

namespace otaru::sketch {
namespace {

constexpr int kBacklog = 8;

int reserved = -1;  // bound, and not yet listening
std::uint16_t reserved_port = 0;

/// A socket on the port, or -1 and errno.
int bind_to(std::uint16_t port) noexcept {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return -1;
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  Ipv4 where{};
  const std::string& asked = the_board().options().bind;
  const bool right = asked.empty() || ::inet_pton(AF_INET, asked.c_str(), where.data()) == 1;
  SocketAddress address(where, port);
  if (right && ::bind(socket, address.get(), address.length) == 0) return socket;
  const int error = right ? errno : EINVAL;
  ::close(socket);
  errno = error;
  return -1;
}

std::uint16_t port_of(int socket) noexcept {
  SocketAddress address({}, 0);
  return ::getsockname(socket, address.get(), &address.length) == 0 ? address.port() : std::uint16_t{0};
}

int tcp_listen(void*, std::uint16_t port) {
  const int socket = port == reserved_port && reserved >= 0 ? std::exchange(reserved, -1) : bind_to(port);
  if (socket < 0) return OTARU_GONE;
  if (::listen(socket, kBacklog) == 0) return socket;
  ::close(socket);
  return OTARU_GONE;
}

int tcp_accept(void*, int listener, otaru_peer* from) {
  SocketAddress address({}, 0);
  const int socket = ::accept4(listener, address.get(), &address.length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  // What else there is, such as too many open files, goes away by itself.
  if (socket < 0) return errno == EBADF || errno == EINVAL ? OTARU_GONE : OTARU_NOT_NOW;
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (from != nullptr) *from = address.peer();
  return socket;
}

bool for_now(int error) noexcept {
  return error == EAGAIN || error == EINTR;
}

int tcp_receive(void*, int connection, void* out, std::size_t length) {
  const ssize_t size = ::recv(connection, out, length, MSG_DONTWAIT);
  if (size < 0) return for_now(errno) ? OTARU_NOT_NOW : OTARU_GONE;
  if (const auto time = the_board().time_to_receive(static_cast<std::size_t>(size)); time.count() > 0)
    std::this_thread::sleep_for(time);
  return static_cast<int>(size);
}

int tcp_send(void*, int connection, const void* data, std::size_t length) {
  const ssize_t size = ::send(connection, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (size < 0) return for_now(errno) ? OTARU_NOT_NOW : OTARU_GONE;
  return static_cast<int>(size);
}

void tcp_shutdown(void*, int connection) {
  ::shutdown(connection, SHUT_WR);
}

void tcp_close(void*, int handle) {
  ::close(handle);
}

}  // namespace

std::uint16_t reserve_port(std::uint16_t wanted) {
  const std::uint16_t port = the_board().options().port.value_or(wanted);
  if (reserved >= 0) ::close(std::exchange(reserved, -1));
  reserved = bind_to(port);
  if (reserved < 0)
    throw std::runtime_error("cannot listen on port " + std::to_string(port) + ": " +
                             std::generic_category().message(errno) +
                             ". Give another one with --port; --port 0 takes a free one.");
  reserved_port = port_of(reserved);
  // A free port is kept over resets. What the sketch asks for, the next image may ask for differently.
  if (the_board().options().port) the_board().keep_port(reserved_port);
  return reserved_port;
}

void add_tcp(otaru_port& port) {
  port.tcp_listen = tcp_listen;
  port.tcp_accept = tcp_accept;
  port.tcp_receive = tcp_receive;
  port.tcp_send = tcp_send;
  port.tcp_shutdown = tcp_shutdown;
  port.tcp_close = tcp_close;
}

}  // namespace otaru::sketch
