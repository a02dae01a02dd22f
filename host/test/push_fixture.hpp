// What tests of a whole push share: a file, somebody who watches, limits that are short.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/host/push_client.hpp>

#include "fake_board.hpp"

namespace otaru::host {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

inline PushFile file_of(std::size_t size) {
  PushFile file{"OTA_All.bin", false, 0xFFFF'FFFF, std::vector<std::byte>(size), {}};
  std::uint32_t state = 7;
  for (std::byte& byte : file.bytes) {
    state = state * 1'664'525 + 1'013'904'223;
    byte = static_cast<std::byte>(state >> 24);
  }
  return file;
}

class Watcher : public PushWatcher {
 public:
  void connected(const BoardPlace&, std::uint16_t port) override { connected_port = port; }
  void progress(const PushProgress& progress) override { seen.push_back(progress); }
  void looking_again(std::chrono::milliseconds) override { looked_again = true; }
  void waiting(const PushOutcome& outcome, std::chrono::milliseconds) override {
    waited_for.push_back(outcome.code);
  }
  bool interrupted() override { return Clock::now() >= stop_at; }

  std::uint16_t connected_port = 0;
  std::vector<PushProgress> seen;
  bool looked_again = false;
  std::vector<std::string> waited_for;
  Clock::time_point stop_at = Clock::time_point::max();
};

class PushClient : public testing::Test {
 protected:
  PushOutcome push_to(std::vector<std::uint16_t> ports, const PushFile& file) {
    return push(file, {"127.0.0.1", {"127.0.0.1"}, std::move(ports), mdns_name}, limits, finder, watcher);
  }
  PushOutcome push_to(const FakeBoard& board, std::size_t size = 20'000) {
    return push_to(std::vector<std::uint16_t>{board.port()}, file_of(size));
  }

  PushLimits limits{.connect = 5000ms,
                    .idle = 5000ms,
                    .handshake = 5000ms,
                    .last_words = 1000ms,
                    .reset = 0ms,
                    .look_again = 400ms,
                    .wait = 0ms};
  std::string mdns_name;
  BoardFinder finder;
  Watcher watcher;
};

}  // namespace otaru::host
