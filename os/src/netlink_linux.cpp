#include <algorithm>
#include <cstring>
#include <optional>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include "netlink.hpp"

namespace otaru::os {
namespace {

// Messages and attributes start at multiples of 4 bytes.
std::size_t padded(std::size_t length) noexcept {
  return (length + 3) & ~std::size_t{3};
}

template <class Header>
std::optional<Header> take(Bytes& from) noexcept {
  if (from.size() < sizeof(Header)) return std::nullopt;
  Header header;
  std::memcpy(&header, from.data(), sizeof header);
  from = from.subspan(std::min(padded(sizeof header), from.size()));
  return header;
}

template <class Visit>
void for_each_attribute(Bytes attributes, Visit visit) {
  Bytes rest = attributes;
  while (rest.size() >= sizeof(rtattr)) {
    rtattr header;
    std::memcpy(&header, rest.data(), sizeof header);
    if (header.rta_len < sizeof header || header.rta_len > rest.size()) return;
    visit(header.rta_type, rest.subspan(sizeof header, header.rta_len - sizeof header));
    rest = rest.subspan(std::min(padded(header.rta_len), rest.size()));
  }
}

std::string text_of(Bytes bytes) {
  std::string text;
  for (std::byte b : bytes) {
    if (b == std::byte{0}) break;
    text.push_back(static_cast<char>(b));
  }
  return text;
}

// An IPv6 address is not to be told to others while it is being checked for a duplicate, has failed that
// check, is going out of use, or is one of the changing ones that exist to hide the machine.
constexpr std::uint32_t kUnfitIpv6 =
    IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_DEPRECATED | std::uint32_t{IFA_F_TEMPORARY};

bool same_place(const InterfaceAddress& a, const InterfaceAddress& b) noexcept {
  return a.family == b.family && a.bytes == b.bytes;
}

}  // namespace

bool NetlinkWalk::next(NetlinkMessage& message) noexcept {
  Bytes body = rest_;
  const auto header = take<nlmsghdr>(body);
  if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > rest_.size()) return false;
  message.type = header->nlmsg_type;
  message.payload = rest_.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr));
  rest_ = rest_.subspan(std::min(padded(header->nlmsg_len), rest_.size()));
  return true;
}

void InterfaceTable::apply(const NetlinkMessage& message) {
  switch (message.type) {
    case RTM_NEWLINK:
    case RTM_DELLINK: apply_link(message); break;
    case RTM_NEWADDR:
    case RTM_DELADDR: apply_address(message); break;
    default: break;
  }
}

void InterfaceTable::apply_link(const NetlinkMessage& message) {
  Bytes attributes = message.payload;
  const auto header = take<ifinfomsg>(attributes);
  // A bridge reports its ports in the same words: there, DELLINK only means that a port left it.
  if (!header || header->ifi_family != AF_UNSPEC || header->ifi_index <= 0) return;
  const auto index = static_cast<mdns::InterfaceId>(header->ifi_index);
  if (message.type == RTM_DELLINK) {
    links_.erase(index);
    return;
  }
  Link& link = links_[index];
  link.flags = header->ifi_flags;
  for_each_attribute(attributes, [&link](unsigned type, Bytes data) {
    if (type == IFLA_IFNAME) link.name = text_of(data);
  });
}

void InterfaceTable::apply_address(const NetlinkMessage& message) {
  Bytes attributes = message.payload;
  const auto header = take<ifaddrmsg>(attributes);
  if (!header || (header->ifa_family != AF_INET && header->ifa_family != AF_INET6)) return;
  const auto found = links_.find(header->ifa_index);
  if (found == links_.end()) return;

  InterfaceAddress address;
  address.family = header->ifa_family == AF_INET ? mdns::Family::ipv4 : mdns::Family::ipv6;
  address.prefix_length = header->ifa_prefixlen;
  const std::size_t length = address.family == mdns::Family::ipv4 ? 4 : 16;
  std::uint32_t flags = header->ifa_flags;
  bool has_local = false;
  bool has_address = false;
  for_each_attribute(attributes, [&](unsigned type, Bytes data) {
    // On a point-to-point link IFA_ADDRESS is the other end, and IFA_LOCAL is ours.
    if ((type == IFA_LOCAL || (type == IFA_ADDRESS && !has_local)) && data.size() == length) {
      std::memcpy(address.bytes.data(), data.data(), length);
      has_local = has_local || type == IFA_LOCAL;
      has_address = true;
    }
    if (type == IFA_FLAGS && data.size() == sizeof flags) std::memcpy(&flags, data.data(), sizeof flags);
  });
  if (!has_address) return;

  auto& addresses = found->second.addresses;
  const auto known = std::find_if(addresses.begin(), addresses.end(),
                                  [&](const InterfaceAddress& a) { return same_place(a, address); });
  const bool unfit = address.family == mdns::Family::ipv6 && (flags & kUnfitIpv6) != 0;
  if (message.type == RTM_DELADDR || unfit) {
    if (known != addresses.end()) addresses.erase(known);
  } else if (known != addresses.end()) {
    *known = address;
  } else {
    addresses.push_back(address);
  }
}

std::vector<InterfaceState> InterfaceTable::interfaces() const {
  std::vector<InterfaceState> all;
  for (const auto& [index, link] : links_) {
    const auto has = [&link = link](unsigned flag) { return (link.flags & flag) != 0; };
    all.push_back({index, link.name, has(IFF_UP) && has(IFF_RUNNING), has(IFF_MULTICAST), has(IFF_LOOPBACK),
                   link.addresses});
  }
  return all;
}

}  // namespace otaru::os
