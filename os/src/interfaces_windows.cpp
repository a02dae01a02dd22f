#include <algorithm>
#include <cstring>
#include <system_error>

#include <winsock2.h>
// After winsock2.h
#include <iphlpapi.h>
#include <ws2tcpip.h>
#undef interface  // a word of ours

#include "interface_list.hpp"
#include "text_windows.hpp"

namespace otaru::os {
namespace {

constexpr ULONG kFirstRoom = 16 * 1024;  // bytes; Microsoft's advice for the first call
constexpr int kTries = 4;                // the list may grow between two calls

/// An address that others may be told: not while it is checked for a duplicate, nor going out of use.
bool fit(const IP_ADAPTER_UNICAST_ADDRESS& address) noexcept {
  return address.Address.lpSockaddr->sa_family == AF_INET || address.DadState == IpDadStatePreferred;
}

InterfaceAddress address_of(const IP_ADAPTER_UNICAST_ADDRESS& from) noexcept {
  InterfaceAddress made;
  made.prefix_length = from.OnLinkPrefixLength;
  if (from.Address.lpSockaddr->sa_family == AF_INET) {
    sockaddr_in address;
    std::memcpy(&address, from.Address.lpSockaddr, sizeof address);
    std::memcpy(made.bytes.data(), &address.sin_addr, sizeof address.sin_addr);
  } else {
    sockaddr_in6 address;
    std::memcpy(&address, from.Address.lpSockaddr, sizeof address);
    made.family = mdns::Family::ipv6;
    std::memcpy(made.bytes.data(), &address.sin6_addr, sizeof address.sin6_addr);
  }
  return made;
}

InterfaceState state_of(const IP_ADAPTER_ADDRESSES& adapter) {
  InterfaceState state;
  state.index = adapter.IfIndex != 0 ? adapter.IfIndex : adapter.Ipv6IfIndex;
  state.name = to_utf8(adapter.FriendlyName);
  state.works = adapter.OperStatus == IfOperStatusUp;
  state.multicast = (adapter.Flags & IP_ADAPTER_NO_MULTICAST) == 0;
  state.loopback = adapter.IfType == IF_TYPE_SOFTWARE_LOOPBACK;
  for (const auto* one = adapter.FirstUnicastAddress; one != nullptr; one = one->Next)
    if (fit(*one)) state.addresses.push_back(address_of(*one));
  return state;
}

}  // namespace

std::vector<InterfaceState> list_interfaces() {
  constexpr ULONG kFlags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
  ULONG size = kFirstRoom;
  std::vector<IP_ADAPTER_ADDRESSES> room;
  ULONG error = ERROR_BUFFER_OVERFLOW;
  for (int i = 0; i < kTries && error == ERROR_BUFFER_OVERFLOW; ++i) {
    room.resize(size / sizeof(IP_ADAPTER_ADDRESSES) + 1);
    error = ::GetAdaptersAddresses(AF_UNSPEC, kFlags, nullptr, room.data(), &size);
  }
  if (error == ERROR_NO_DATA) return {};
  if (error != ERROR_SUCCESS)
    throw std::system_error(static_cast<int>(error), std::system_category(),
                            "the system gives no list of network interfaces");
  std::vector<InterfaceState> all;
  for (const IP_ADAPTER_ADDRESSES* one = room.data(); one != nullptr; one = one->Next)
    all.push_back(state_of(*one));
  std::ranges::sort(all, {}, &InterfaceState::index);
  return all;
}

}  // namespace otaru::os
