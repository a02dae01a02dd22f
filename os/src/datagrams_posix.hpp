// Where Linux's and macOS's UDP sockets differ.
#pragma once

#include <otaru/mdns/packet.hpp>

namespace otaru::os {

/// The option of IPPROTO_IP that has each packet say where it came in.
extern const int kReceiveIpv4Info;

/// A socket that does not block and is closed in programs that are started; below 0 and errno if there is
/// none.
int new_datagram_socket(mdns::Family family) noexcept;

/// Does not let the socket hear groups that other sockets have joined. False and errno if that failed.
bool hear_own_groups_only(int descriptor, mdns::Family family) noexcept;

}  // namespace otaru::os
