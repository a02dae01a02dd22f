// Untested: written to ip(4), ip6(4) and fcntl(2) of macOS.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "datagrams_posix.hpp"

namespace otaru::os {

const int kReceiveIpv4Info = IP_RECVPKTINFO;

int new_datagram_socket(mdns::Family family) noexcept {
  const int descriptor = ::socket(family == mdns::Family::ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
  if (descriptor < 0) return descriptor;
  if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 && ::fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
    return descriptor;
  ::close(descriptor);
  return -1;
}

bool hear_own_groups_only(int, mdns::Family) noexcept {
  return true;  // it never hears others
}

}  // namespace otaru::os
