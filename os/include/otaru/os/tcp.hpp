// What a push needs to know of and set on a TCP socket, beyond what Asio offers.
#pragma once

#include <cstdint>

#include <asio/ip/tcp.hpp>

namespace otaru::os {

using TcpHandle = asio::ip::tcp::socket::native_handle_type;

/// Bytes that this computer accepted for sending and the other end has not acknowledged yet; 0 where the
/// system does not tell (Windows). Stays as it was when a reset arrives.
std::uint64_t unacknowledged(TcpHandle socket) noexcept;

/// Prepares a connection to a board: no waiting to fill packets; a small send buffer, so that what is
/// accepted is not far from what has arrived; and probes while nothing moves. A board that has reset without
/// closing answers the first probe after its start with a reset, so that its silence ends long before the
/// idle limit. A system that refuses a setting only knows less soon.
void prepare_for_push(TcpHandle socket) noexcept;

}  // namespace otaru::os
