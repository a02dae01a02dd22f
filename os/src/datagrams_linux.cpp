#include <netinet/in.h>
#include <sys/socket.h>

#include "datagrams_posix.hpp"

namespace otaru::os {

const int kReceiveIpv4Info = IP_PKTINFO;

int new_datagram_socket(mdns::Family family) noexcept {
  const int domain = family == mdns::Family::ipv4 ? AF_INET : AF_INET6;
  return ::socket(domain, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

bool hear_own_groups_only(int descriptor, mdns::Family family) noexcept {
  const int off = 0;
  const bool ipv4 = family == mdns::Family::ipv4;
  return ::setsockopt(descriptor, ipv4 ? IPPROTO_IP : IPPROTO_IPV6,
                      ipv4 ? IP_MULTICAST_ALL : IPV6_MULTICAST_ALL, &off, sizeof off) == 0;
}

}  // namespace otaru::os
