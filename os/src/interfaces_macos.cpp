// Untested: written to getifaddrs(3) of macOS.
#include <bit>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <system_error>

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "interface_list.hpp"

namespace otaru::os {
namespace {

template <std::size_t Size>
std::uint8_t prefix_length(const unsigned char (&mask)[Size]) noexcept {
  int bits = 0;
  for (const unsigned char byte : mask) bits += std::popcount(byte);
  return static_cast<std::uint8_t>(bits);
}

InterfaceAddress ipv4_address(const ifaddrs& entry) noexcept {
  InterfaceAddress made;
  sockaddr_in address{};
  std::memcpy(&address, entry.ifa_addr, sizeof address);
  std::memcpy(made.bytes.data(), &address.sin_addr, sizeof address.sin_addr);
  unsigned char mask[4] = {};
  if (entry.ifa_netmask != nullptr) {
    std::memcpy(&address, entry.ifa_netmask, sizeof address);
    std::memcpy(mask, &address.sin_addr, sizeof mask);
  }
  made.prefix_length = prefix_length(mask);
  return made;
}

InterfaceAddress ipv6_address(const ifaddrs& entry) noexcept {
  InterfaceAddress made;
  made.family = mdns::Family::ipv6;
  sockaddr_in6 address{};
  std::memcpy(&address, entry.ifa_addr, sizeof address);
  std::memcpy(made.bytes.data(), &address.sin6_addr, sizeof address.sin6_addr);
  // The kernel's own form of a link-local address has the number of the interface in bytes 2 and 3.
  if (made.bytes[0] == 0xFE && (made.bytes[1] & 0xC0) == 0x80) made.bytes[2] = made.bytes[3] = 0;
  unsigned char mask[16] = {};
  if (entry.ifa_netmask != nullptr) {
    std::memcpy(&address, entry.ifa_netmask, sizeof address);
    std::memcpy(mask, &address.sin6_addr, sizeof mask);
  }
  made.prefix_length = prefix_length(mask);
  return made;
}

}  // namespace

std::vector<InterfaceState> list_interfaces() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0)
    throw std::system_error(errno, std::generic_category(), "the system gives no list of network interfaces");
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::map<mdns::InterfaceId, InterfaceState> found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const mdns::InterfaceId index = ::if_nametoindex(entry->ifa_name);
    if (index == 0) continue;  // gone meanwhile
    InterfaceState& state = found[index];
    state.index = index;
    state.name = entry->ifa_name;
    const auto has = [entry](unsigned flag) { return (entry->ifa_flags & flag) != 0; };
    state.works = has(IFF_UP) && has(IFF_RUNNING);
    state.multicast = has(IFF_MULTICAST);
    state.loopback = has(IFF_LOOPBACK);
    if (entry->ifa_addr == nullptr) continue;
    if (entry->ifa_addr->sa_family == AF_INET) state.addresses.push_back(ipv4_address(*entry));
    if (entry->ifa_addr->sa_family == AF_INET6) state.addresses.push_back(ipv6_address(*entry));
  }
  std::vector<InterfaceState> all;
  for (auto& [index, state] : found) all.push_back(std::move(state));
  return all;
}

}  // namespace otaru::os
