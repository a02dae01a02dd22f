// What a push needs to know of and set on a TCP socket, beyond what Asio offers.
#pragma once

#include <chrono>
#include <cstdint>

namespace otaru::host {

/// Bytes that this computer accepted for sending and the other end has not acknowledged yet; 0 if unknown.
/// Stays as it was when a reset arrives.
std::uint64_t unacknowledged(int socket) noexcept;

/// Prepares a connection to a board: no waiting to fill packets; a small send buffer, so that what is
/// accepted is not far from what has arrived; and probes while nothing moves. A board that has reset without
/// closing answers the first probe after its start with a reset, so that its silence ends long before the
/// idle limit.
void prepare_for_push(int socket) noexcept;

}  // namespace otaru::host
