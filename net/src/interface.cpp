#include <algorithm>

#include <asio/ip/address.hpp>

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

const InterfaceAddress* Interface::address_of(mdns::Family family) const noexcept {
  return source_for(mdns::group(family));
}

std::vector<Interface> usable(const std::vector<os::InterfaceState>& all,
                              const std::vector<std::string>& names) {
  std::vector<Interface> chosen;
  for (const os::InterfaceState& one : all) {
    if (!one.works || one.addresses.empty()) continue;
    const bool wanted = names.empty() ? one.multicast && !one.loopback
                                      : std::find(names.begin(), names.end(), one.name) != names.end();
    if (wanted) chosen.push_back({one.index, one.name, one.addresses});
  }
  return chosen;
}

std::string address_text(const mdns::Endpoint& address, mdns::InterfaceId index) {
  if (address.family == mdns::Family::ipv4) {
    asio::ip::address_v4::bytes_type bytes;
    std::copy_n(address.address.begin(), bytes.size(), bytes.begin());
    return asio::ip::address_v4(bytes).to_string();
  }
  return asio::ip::address_v6(address.address, is_ipv6_link_local(address) ? index : 0).to_string();
}

}  // namespace otaru::net
