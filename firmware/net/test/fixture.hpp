// The engine's view of the port, and a wire behind it.
#pragma once

#include <array>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "port.hpp"
#include "sender.hpp"
#include "wire.hpp"

namespace otaru::firmware {

inline constexpr std::uint16_t kTcpPort = 8020;

/// Bytes that do not repeat soon, so that a piece lost or sent twice shows.
inline std::string file_of(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1'664'525 + 1'013'904'223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

class PortTest : public ::testing::Test {
 protected:
  void SetUp() override {
    wire.emplace();
    put_network(port);
    before = lwip_in_use();
  }
  /// Every test leaves lwIP with all its memory back.
  void TearDown() override {
    for (const int handle : taken) port.tcp_close(nullptr, handle);
    if (listener >= 0) port.tcp_close(nullptr, listener);
    wire->settle();
    wire->pass_ms(4 * 60 * 1000);
    EXPECT_EQ(lwip_in_use(), before);
    wire.reset();
  }

  void listen() {
    // In brackets: lwIP has a macro of that name.
    listener = (port.tcp_listen)(nullptr, kTcpPort);
    ASSERT_GE(listener, 0);
  }
  int accept() {
    otaru_peer from{};
    const int handle = port.tcp_accept(nullptr, listener, &from);
    if (handle >= 0) taken.push_back(handle);
    return handle;
  }
  /// The engine's handle for a sender that has just come.
  int meet() {
    wire->settle();
    const int handle = accept();
    EXPECT_GE(handle, 0);
    return handle;
  }
  void close(int handle) {
    port.tcp_close(nullptr, handle);
    std::erase(taken, handle);
    wire->settle();
  }
  int receive(int handle, std::string& into, std::size_t room = 512) {
    std::string bytes(room, '\0');
    const int got = port.tcp_receive(nullptr, handle, bytes.data(), room);
    if (got > 0) into.append(bytes, 0, static_cast<std::size_t>(got));
    return got;
  }
  /// Everything that is there. @return what receive() said at the end: 0, OTARU_NOT_NOW or OTARU_GONE
  int receive_all(int handle, std::string& into) {
    for (;;) {
      const int got = receive(handle, into);
      if (got <= 0) return got;
      wire->settle();
    }
  }
  int send(int handle, std::string_view bytes) {
    return port.tcp_send(nullptr, handle, bytes.data(), bytes.size());
  }

  std::optional<Wire> wire;
  otaru_port port{};
  int listener = -1;
  std::vector<int> taken;
  std::vector<std::uint32_t> before;
};

}  // namespace otaru::firmware
