#include <algorithm>

#include <arpa/inet.h>
#include <net/if.h>

#include <otaru/net/interface.hpp>

namespace otaru::net {
namespace {

bool same_subnet(const InterfaceAddress& own, const mdns::Endpoint& host) noexcept {
  if (own.family != host.family) return false;
  for (std::size_t bit = 0; bit < own.prefix_length && bit < 8 * host.address.size(); ++bit) {
    const unsigned mask = 0x80u >> (bit % 8);
    if (((own.bytes[bit / 8] ^ host.address[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

bool is_ipv6_link_local(const mdns::Endpoint& host) noexcept {
  return host.family == mdns::Family::ipv6 && host.address[0] == 0xFE && (host.address[1] & 0xC0) == 0x80;
}

}  // namespace

bool Interface::speaks(mdns::Family family) const noexcept {
  return std::any_of(addresses.begin(), addresses.end(),
                     [family](const InterfaceAddress& own) { return own.family == family; });
}

bool Interface::on_link(const mdns::Endpoint& host) const noexcept {
  return is_ipv6_link_local(host) ||
         std::any_of(addresses.begin(), addresses.end(),
                     [&host](const InterfaceAddress& own) { return same_subnet(own, host); });
}

const InterfaceAddress* Interface::source_for(const mdns::Endpoint& host) const noexcept {
  const InterfaceAddress* first = nullptr;
  for (const InterfaceAddress& own : addresses) {
    if (own.family != host.family) continue;
    if (same_subnet(own, host)) return &own;
    if (first == nullptr) first = &own;
  }
  return first;
}

std::string address_text(const mdns::Endpoint& address, mdns::InterfaceId index) {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = address.family == mdns::Family::ipv4 ? AF_INET : AF_INET6;
  inet_ntop(family, address.address.data(), text, sizeof text);
  if (!is_ipv6_link_local(address)) return text;
  char name[IF_NAMESIZE] = {};
  const std::string scope = if_indextoname(index, name) != nullptr ? name : std::to_string(index);
  return std::string(text) + '%' + scope;
}

}  // namespace otaru::net
