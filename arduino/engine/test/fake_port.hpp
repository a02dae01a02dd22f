// A platform in memory: flash, network, watchdog and clock of a board that lives in virtual time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <otaru/board/nor_model.hpp>

#include "otaru_engine.h"

namespace otaru::engine {

/// One TCP connection as its other end sees it.
struct Wire {
  std::string to_board;    ///< not yet received
  std::string from_board;  ///< all that the board sent
  bool closed = false;     ///< the sender sends no more
  bool gone = false;       ///< reset
  bool heard_fin = false;
  bool board_closed = false;
  std::size_t window = SIZE_MAX;  ///< bytes that the sender still takes
};

struct Packet {
  std::string bytes;
  otaru_peer peer;
};

class FakePort {
 public:
  explicit FakePort(board::NorModel& part) : part_(part) {
    part_.on_busy = [this](auto time) { time_ += time; };
    port_.context = this;
    port_.flash_read = [](void* self, std::uint32_t at, void* out, std::size_t size) {
      return done(of(self).part_.read(at, {static_cast<std::byte*>(out), size}));
    };
    port_.flash_program = [](void* self, std::uint32_t at, const void* data, std::size_t size) {
      return done(of(self).part_.program(at, {static_cast<const std::byte*>(data), size}));
    };
    port_.flash_erase_sector = [](void* self, std::uint32_t at) {
      return done(of(self).part_.erase_sector(at));
    };
    port_.flash_erase_block = [](void* self, std::uint32_t at) {
      return done(of(self).part_.erase_block(at));
    };
    port_.millis = [](void* self) { return of(self).now_ms(); };
    port_.random = [](void* self, void* out, std::size_t size) {
      for (std::size_t i = 0; i < size; ++i) static_cast<unsigned char*>(out)[i] = of(self).next_random();
      return 0;
    };
    port_.own_address = [](void* self, std::uint8_t own[4]) {
      if (!of(self).network) return 0;
      std::copy_n(of(self).address, 4, own);
      return 1;
    };
    port_.mac = [](void*, std::uint8_t mac[6]) {
      constexpr std::uint8_t kMac[6] = {0x00, 0xE0, 0x4C, 0x12, 0xAB, 0xFF};
      std::copy_n(kMac, 6, mac);
      return 0;
    };
    add_tcp();
    add_mdns();
    port_.reset = [](void* self) { of(self).resets++; };
    port_.watchdog_start = [](void* self, std::uint32_t ms) {
      of(self).watchdog_ms = ms;
      of(self).fed_ms = of(self).now_ms();
    };
    port_.watchdog_feed = [](void* self) { of(self).fed_ms = of(self).now_ms(); };
    port_.watchdog_stop = [](void* self) { of(self).watchdog_ms = 0; };
    port_.log = [](void* self, const char* line) { of(self).log.emplace_back(line); };
  }
  FakePort(const FakePort&) = delete;
  FakePort& operator=(const FakePort&) = delete;

  otaru_port& port() { return port_; }
  std::uint32_t now_ms() const { return static_cast<std::uint32_t>(time_ / std::chrono::milliseconds(1)); }
  void pass_ms(std::uint32_t ms) { time_ += std::chrono::milliseconds(ms); }

  /// Somebody connects. @return the handle of the wire
  int connect() {
    const int handle = next_handle_++;
    wires[handle];
    knocking_.push_back(handle);
    return handle;
  }
  bool watchdog_bites() const { return watchdog_ms != 0 && now_ms() - fed_ms >= watchdog_ms; }
  bool logged(std::string_view part) const {
    return std::any_of(log.begin(), log.end(),
                       [part](const std::string& line) { return line.find(part) != std::string::npos; });
  }
  /// What the board lets go of when it is reset.
  void power_cycle() {
    for (auto& [handle, wire] : wires) wire.gone = wire.board_closed = true;
    knocking_.clear();
    listening = mdns_open = false;
    watchdog_ms = 0;
    resets = 0;
  }

  bool network = true;
  std::uint8_t address[4] = {192, 0, 2, 1};
  bool listen_fails = false;
  bool trickle = false;  ///< bytes come in small pieces of any size, or not just now
  bool accept_breaks = false;
  bool mdns_fails = false;
  bool listening = false;
  bool mdns_open = false;
  int listens = 0;
  std::uint16_t listen_port = 0;
  int resets = 0;
  std::uint32_t watchdog_ms = 0;
  std::uint32_t fed_ms = 0;
  std::map<int, Wire> wires;
  std::deque<Packet> to_mdns;
  std::vector<Packet> from_mdns;
  std::vector<std::string> log;

 private:
  static constexpr int kListener = 1000;
  static constexpr int kMdns = 2000;

  static FakePort& of(void* self) { return *static_cast<FakePort*>(self); }
  static int done(Status status) { return status == Status::ok ? 0 : -1; }
  unsigned char next_random() {
    random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<unsigned char>(random_ >> 56);
  }

  void add_tcp() {
    port_.tcp_listen = [](void* self, std::uint16_t port) {
      of(self).listens++;
      if (of(self).listen_fails) return OTARU_GONE;
      of(self).listening = true;
      of(self).listen_port = port;
      return kListener;
    };
    port_.tcp_accept = [](void* self, int, otaru_peer* from) {
      FakePort& me = of(self);
      if (me.accept_breaks) return OTARU_GONE;
      if (me.knocking_.empty()) return OTARU_NOT_NOW;
      *from = {{192, 0, 2, 9}, 50'000};
      const int handle = me.knocking_.front();
      me.knocking_.pop_front();
      return handle;
    };
    port_.tcp_receive = [](void* self, int handle, void* out, std::size_t room) {
      return of(self).receive(handle, out, room);
    };
    port_.tcp_send = [](void* self, int handle, const void* data, std::size_t size) {
      Wire& wire = of(self).wires.at(handle);
      if (wire.gone) return OTARU_GONE;
      const std::size_t taken = std::min(size, wire.window);
      if (taken == 0) return OTARU_NOT_NOW;
      wire.window -= wire.window == SIZE_MAX ? 0 : taken;
      wire.from_board.append(static_cast<const char*>(data), taken);
      return static_cast<int>(taken);
    };
    port_.tcp_shutdown = [](void* self, int handle) { of(self).wires.at(handle).heard_fin = true; };
    port_.tcp_close = [](void* self, int handle) {
      if (handle == kListener)
        of(self).listening = false;
      else
        of(self).wires.at(handle).board_closed = true;
    };
  }

  int receive(int handle, void* out, std::size_t room) {
    Wire& wire = wires.at(handle);
    if (wire.gone) return OTARU_GONE;
    if (wire.to_board.empty()) return wire.closed ? 0 : OTARU_NOT_NOW;
    const std::size_t piece = trickle ? std::size_t{next_random()} % 7 * 13 : 1460;
    const std::size_t taken = std::min({room, wire.to_board.size(), piece});
    if (taken == 0) return OTARU_NOT_NOW;
    std::memcpy(out, wire.to_board.data(), taken);
    wire.to_board.erase(0, taken);
    time_ += part_.timing().receive(taken);
    return static_cast<int>(taken);
  }

  void add_mdns() {
    port_.mdns_open = [](void* self, const std::uint8_t*) {
      if (of(self).mdns_fails) return OTARU_GONE;
      of(self).mdns_open = true;
      return kMdns;
    };
    port_.mdns_receive = [](void* self, int, void* out, std::size_t room, otaru_peer* from) {
      auto& waiting = of(self).to_mdns;
      if (waiting.empty()) return OTARU_NOT_NOW;
      const Packet packet = waiting.front();
      waiting.pop_front();
      const std::size_t size = std::min(room, packet.bytes.size());
      std::memcpy(out, packet.bytes.data(), size);
      *from = packet.peer;
      return static_cast<int>(size);
    };
    port_.mdns_send = [](void* self, int, const void* data, std::size_t size, const otaru_peer* to) {
      of(self).from_mdns.push_back({std::string(static_cast<const char*>(data), size), *to});
      return 0;
    };
    port_.mdns_close = [](void* self, int) { of(self).mdns_open = false; };
  }

  board::NorModel& part_;
  otaru_port port_{};
  std::chrono::nanoseconds time_{std::chrono::hours(1)};
  std::uint64_t random_ = 1;
  int next_handle_ = 1;
  std::deque<int> knocking_;
};

}  // namespace otaru::engine
