#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

#include <asio/ip/address.hpp>
#include <asio/ip/udp.hpp>
#include <fmt/format.h>

#include <otaru/host/push_client.hpp>
#include <otaru/push/wire_code.hpp>

#include "push_connection.hpp"

namespace otaru::host {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{500};
constexpr std::chrono::milliseconds kBetweenAttempts{250};

/// A port on which boards do not listen (discard, RFC 863).
constexpr std::uint16_t kUnusedPort = 9;

[[noreturn]] void no_connection(const BoardPlace& place, Reach reach) {
  const std::string ports = fmt::format("port {}", fmt::join(place.ports, " or "));
  switch (reach) {
    case Reach::refused:
      throw NoBoard(
          "no_connection",
          fmt::format("{} answers, but nothing listens on {}. Check that the board's program listens for "
                      "updates (a stock sketch listens for one only: reset the board), and the port "
                      "(--port).",
                      place.label, ports));
    case Reach::interrupted: throw NoBoard("interrupted", "Interrupted while connecting. Nothing was sent.");
    case Reach::unreachable:
      throw NoBoard("no_connection",
                    fmt::format("Nobody is there at {} ({}), or no way leads there. Check that the "
                                "board is on and in the same network, and the address.",
                                place.label, ports));
    case Reach::timed_out:
    case Reach::connected: break;
  }
  throw NoBoard("no_connection",
                fmt::format("{} did not answer on {} in time. Check that the board is on and in the "
                            "same network, and the address.",
                            place.label, ports));
}

/// Every address of the board, at one port; a refusal says more than silence.
Reach connect_port(PushConnection& connection, const BoardPlace& place, std::uint16_t port,
                   std::chrono::milliseconds limit, const PushConnection::Interrupted& interrupted) {
  Reach best = Reach::unreachable;
  for (const std::string& address : place.addresses) {
    const Reach reach = connection.connect(address, port, limit, interrupted);
    if (reach == Reach::connected || reach == Reach::interrupted) return reach;
    if (reach == Reach::refused || best == Reach::unreachable) best = reach;
  }
  return best;
}

std::uint16_t connect(PushConnection& connection, const BoardPlace& place, const PushLimits& limits,
                      const PushConnection::Interrupted& interrupted) {
  Reach last = Reach::unreachable;
  for (const std::uint16_t port : place.ports) {
    last = connect_port(connection, place, port, limits.connect, interrupted);
    if (last == Reach::connected) return port;
    if (last != Reach::refused) break;
  }
  no_connection(place, last);
}

/// True if `address` is one of this computer's. Sends nothing.
bool is_here(const std::string& address) {
  std::error_code error;
  const asio::ip::address ip = asio::ip::make_address(address, error);
  if (error || ip.is_loopback()) return !error;
  asio::io_context io;
  asio::ip::udp::socket socket(io);
  socket.connect({ip, kUnusedPort}, error);
  return !error && socket.local_endpoint(error).address() == ip;
}

/// Looks whether a board that gave no verdict is on the network again.
class SecondLook {
 public:
  SecondLook(const BoardPlace& place, std::uint16_t port, const BoardFinder& find_board, PushWatcher& watcher)
      : place_(place), port_(port), find_board_(find_board), watcher_(watcher) {}

  /// True as soon as the board was seen; false when the limit passed or the user wanted to stop.
  bool run(const PushLimits& limits) {
    const Clock::time_point deadline = Clock::now() + limits.look_again;
    // Asked sooner, the program that is about to be replaced might answer.
    rest(std::min(Clock::now() + limits.reset, deadline));
    while (Clock::now() < deadline && !watcher_.interrupted()) {
      const Clock::time_point next = std::min(Clock::now() + kBetweenLooks, deadline);
      if (seen(std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()))) return true;
      rest(next);
    }
    return false;
  }

 private:
  bool seen(std::chrono::milliseconds left) {
    const std::chrono::milliseconds limit = std::min(left, std::chrono::milliseconds(2000));
    if (!place_.mdns_name.empty() && find_board_) {
      try {
        return find_board_(place_.mdns_name, limit).has_value();
      } catch (const std::system_error&) {
        return false;
      }
    }
    return std::ranges::any_of(place_.addresses,
                               [&](const std::string& address) { return answers(address, limit); });
  }

  /// A stock board listens for a single connection, and one that sends nothing uses it up until the next
  /// reset. So a board is knocked at where nothing listens, and its refusal shows that it is there. A board
  /// on this very computer shares the computer's network, which refuses without it: there only the true port
  /// tells.
  bool answers(const std::string& address, std::chrono::milliseconds limit) {
    const bool here = is_here(address);
    PushConnection connection;
    const Reach reach = connection.connect(address, here ? port_ : kUnusedPort, limit,
                                           [this] { return watcher_.interrupted(); });
    return reach == Reach::connected || (reach == Reach::refused && !here);
  }

  void rest(Clock::time_point until) {
    while (Clock::now() < until && !watcher_.interrupted())
      std::this_thread::sleep_until(std::min(until, Clock::now() + std::chrono::milliseconds(100)));
  }

  const BoardPlace& place_;
  std::uint16_t port_;
  const BoardFinder& find_board_;
  PushWatcher& watcher_;
};

void rest(std::chrono::milliseconds time, PushWatcher& watcher) {
  const Clock::time_point until = Clock::now() + time;
  while (Clock::now() < until && !watcher.interrupted())
    std::this_thread::sleep_until(std::min(until, Clock::now() + std::chrono::milliseconds(100)));
}

/// @param speaks  it is known to give verdicts: one without a word is no stock board
PushOutcome push_once(const PushFile& file, const BoardPlace& place, const PushLimits& limits,
                      const BoardFinder& find_board, PushWatcher& watcher,
                      const std::optional<mbed::SharedSecret>& password, bool speaks) {
  PushConnection connection;
  const std::uint16_t port = connect(connection, place, limits, [&watcher] { return watcher.interrupted(); });
  watcher.connected(place, port);
  PushOutcome outcome =
      judge(connection.run(file.bytes, file.force, limits, watcher, password ? &*password : nullptr));
  if (outcome.status != PushStatus::unknown || speaks) return outcome;

  watcher.looking_again(limits.look_again);
  const bool back = SecondLook(place, port, find_board, watcher).run(limits);
  return judge_again(std::move(outcome), back, limits.look_again);
}

/// True for a refusal that says nothing against the file, and ends by itself.
bool is_for_now(const PushOutcome& outcome) {
  return outcome.status == PushStatus::refused && (outcome.code == push::wire_code(Status::busy) ||
                                                   outcome.code == push::wire_code(Status::trial_pending));
}

/// True if no verdict came.
bool is_without_verdict(const PushOutcome& outcome) {
  return outcome.status == PushStatus::lost || outcome.status == PushStatus::unknown;
}

}  // namespace

PushOutcome push(const PushFile& file, const BoardPlace& place, const PushLimits& limits,
                 const BoardFinder& find_board, PushWatcher& watcher,
                 const std::optional<mbed::SharedSecret>& password) {
  const Clock::time_point deadline = Clock::now() + limits.wait;
  const auto over = [&] { return Clock::now() >= deadline || watcher.interrupted(); };
  for (bool waiting = false;; rest(kBetweenAttempts, watcher)) {
    try {
      PushOutcome outcome = push_once(file, place, limits, find_board, watcher, password, waiting);
      // What it was busy with may end with a reset: then it breaks off, or nobody listens for a moment.
      const bool again = is_for_now(outcome) || (waiting && is_without_verdict(outcome));
      if (!again || over()) return outcome;
      if (!waiting) watcher.waiting(outcome, limits.wait);
      waiting = true;
    } catch (const NoBoard&) {
      if (!waiting || over()) throw;
    }
  }
}

}  // namespace otaru::host
