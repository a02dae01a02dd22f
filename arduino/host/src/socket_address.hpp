// An IPv4 address and a port in the shape that the system's calls take.
#pragma once

#include <cstdint>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

#include "network.hpp"
#include "otaru_engine.h"

namespace otaru::sketch {

struct SocketAddress {
  SocketAddress(const Ipv4& where, std::uint16_t port) noexcept {
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    std::memcpy(&place.sin_addr, where.data(), where.size());
  }

  sockaddr* get() noexcept { return static_cast<sockaddr*>(static_cast<void*>(&place)); }
  std::uint16_t port() const noexcept { return ntohs(place.sin_port); }
  otaru_peer peer() const noexcept {
    otaru_peer peer{};
    std::memcpy(peer.address, &place.sin_addr, sizeof peer.address);
    peer.port = port();
    return peer;
  }

  sockaddr_in place{};
  socklen_t length = sizeof(sockaddr_in);
};

}  // namespace otaru::sketch
