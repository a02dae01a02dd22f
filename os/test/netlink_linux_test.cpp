#include <cstring>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include "netlink.hpp"

namespace otaru::os {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr unsigned kWorking = IFF_UP | IFF_RUNNING | IFF_MULTICAST;

// Builds messages as the kernel would.
class Datagram {
 public:
  template <class Body>
  Datagram& message(std::uint16_t type, const Body& body) {
    pad();
    start_ = bytes_.size();
    nlmsghdr header{};
    header.nlmsg_type = type;
    append(header);
    append(body);
    return close();
  }

  Datagram& attribute(std::uint16_t type, Bytes data) {
    pad();
    rtattr header{};
    header.rta_type = type;
    header.rta_len = static_cast<std::uint16_t>(sizeof header + data.size());
    append(header);
    bytes_.insert(bytes_.end(), data.begin(), data.end());
    return close();
  }

  Datagram& link(std::uint16_t type, int index, std::string_view name, unsigned flags) {
    ifinfomsg body{};
    body.ifi_index = index;
    body.ifi_flags = flags;
    message(type, body);
    return attribute(IFLA_IFNAME, std::as_bytes(std::span(name)));
  }

  Datagram& ipv4(std::uint16_t type, unsigned index, mdns::Ipv4Address address) {
    ifaddrmsg body{};
    body.ifa_family = AF_INET;
    body.ifa_prefixlen = 24;
    body.ifa_index = index;
    message(type, body);
    return attribute(IFA_LOCAL, std::as_bytes(std::span(address)));
  }

  Datagram& ipv6(std::uint16_t type, unsigned index, mdns::Ipv6Address address, std::uint32_t flags) {
    ifaddrmsg body{};
    body.ifa_family = AF_INET6;
    body.ifa_prefixlen = 64;
    body.ifa_index = index;
    message(type, body);
    attribute(IFA_ADDRESS, std::as_bytes(std::span(address)));
    return attribute(IFA_FLAGS, std::as_bytes(std::span(&flags, 1)));
  }

  Bytes bytes() const { return bytes_; }

 private:
  template <class Value>
  void append(const Value& value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  void pad() { bytes_.resize((bytes_.size() + 3) & ~std::size_t{3}); }

  Datagram& close() {
    const auto length = static_cast<std::uint32_t>(bytes_.size() - start_);
    std::memcpy(bytes_.data() + start_, &length, sizeof length);
    return *this;
  }

  std::vector<std::byte> bytes_;
  std::size_t start_ = 0;
};

void feed(InterfaceTable& table, Bytes datagram) {
  NetlinkWalk walk(datagram);
  NetlinkMessage message;
  while (walk.next(message)) table.apply(message);
}

constexpr mdns::Ipv4Address kAddress = {192, 0, 2, 1};
constexpr mdns::Ipv6Address kIpv6 = {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

InterfaceTable one_ethernet() {
  InterfaceTable table;
  feed(table, Datagram()
                  .link(RTM_NEWLINK, 1, "lo", IFF_UP | IFF_RUNNING | IFF_LOOPBACK)
                  .link(RTM_NEWLINK, 2, "eth0", kWorking)
                  .ipv4(RTM_NEWADDR, 1, {127, 0, 0, 1})
                  .ipv4(RTM_NEWADDR, 2, kAddress)
                  .bytes());
  return table;
}

std::vector<std::string> names(const InterfaceTable& table) {
  std::vector<std::string> all;
  for (const InterfaceState& one : table.interfaces()) all.push_back(one.name);
  return all;
}

InterfaceState eth0(const InterfaceTable& table) {
  for (const InterfaceState& one : table.interfaces())
    if (one.name == "eth0") return one;
  ADD_FAILURE() << "eth0 is missing";
  return {};
}

TEST(InterfaceTable, TellsLoopbackFromWhatCanMulticast) {
  const std::vector<InterfaceState> all = one_ethernet().interfaces();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_TRUE(all[0].loopback && all[0].works);
  EXPECT_FALSE(all[0].multicast);
  EXPECT_TRUE(all[1].multicast && all[1].works);
  EXPECT_FALSE(all[1].loopback);
}

TEST(InterfaceTable, KnowsAnInterfaceWithoutCarrierAndWhenItIsBack) {
  InterfaceTable table = one_ethernet();
  feed(table, Datagram().link(RTM_NEWLINK, 2, "eth0", IFF_UP | IFF_MULTICAST).bytes());
  EXPECT_FALSE(eth0(table).works);
  feed(table, Datagram().link(RTM_NEWLINK, 2, "eth0", kWorking).bytes());
  EXPECT_TRUE(eth0(table).works);
}

TEST(InterfaceTable, ForgetsAnInterfaceThatIsDeleted) {
  InterfaceTable table = one_ethernet();
  feed(table, Datagram().link(RTM_DELLINK, 2, "eth0", 0).bytes());
  EXPECT_THAT(names(table), ElementsAre("lo"));
}

TEST(InterfaceTable, KeepsAnInterfaceThatOnlyLeavesItsBridge) {
  InterfaceTable table = one_ethernet();
  ifinfomsg body{};
  body.ifi_family = AF_BRIDGE;
  body.ifi_index = 2;
  feed(table, Datagram().message(RTM_DELLINK, body).bytes());
  EXPECT_TRUE(eth0(table).works);
}

TEST(InterfaceTable, FollowsAddressesThatComeAndGo) {
  InterfaceTable table = one_ethernet();
  feed(table, Datagram().ipv4(RTM_DELADDR, 2, kAddress).bytes());
  EXPECT_THAT(eth0(table).addresses, IsEmpty());
  feed(table, Datagram().ipv4(RTM_NEWADDR, 2, {192, 0, 2, 9}).bytes());
  const auto addresses = eth0(table).addresses;
  ASSERT_THAT(addresses, SizeIs(1));
  EXPECT_EQ(addresses[0].bytes[3], 9);
  EXPECT_EQ(addresses[0].prefix_length, 24);
}

TEST(InterfaceTable, WaitsUntilAnIpv6AddressHasBeenChecked) {
  InterfaceTable table = one_ethernet();
  feed(table, Datagram().ipv6(RTM_NEWADDR, 2, kIpv6, IFA_F_TENTATIVE).bytes());
  EXPECT_THAT(eth0(table).addresses, SizeIs(1));
  feed(table, Datagram().ipv6(RTM_NEWADDR, 2, kIpv6, IFA_F_PERMANENT).bytes());
  ASSERT_THAT(eth0(table).addresses, SizeIs(2));
  EXPECT_EQ(eth0(table).addresses[1].family, mdns::Family::ipv6);
}

TEST(InterfaceTable, TakesItsOwnEndOfAPointToPointLink) {
  InterfaceTable table = one_ethernet();
  ifaddrmsg body{};
  body.ifa_family = AF_INET;
  body.ifa_index = 2;
  const mdns::Ipv4Address own = {198, 51, 100, 1};
  const mdns::Ipv4Address other = {198, 51, 100, 2};
  feed(table, Datagram()
                  .message(RTM_NEWADDR, body)
                  .attribute(IFA_LOCAL, std::as_bytes(std::span(own)))
                  .attribute(IFA_ADDRESS, std::as_bytes(std::span(other)))
                  .bytes());
  const auto addresses = eth0(table).addresses;
  ASSERT_THAT(addresses, SizeIs(2));
  EXPECT_EQ(addresses[1].bytes[3], 1);
}

TEST(NetlinkWalk, SurvivesADatagramCutAnywhere) {
  const Datagram whole = Datagram().link(RTM_NEWLINK, 2, "eth0", kWorking).ipv4(RTM_NEWADDR, 2, kAddress);
  ASSERT_GT(whole.bytes().size(), 64u) << "nothing to cut: the test would pass vacuously";
  for (std::size_t length = 0; length < whole.bytes().size(); ++length) {
    const std::vector<std::byte> cut(whole.bytes().begin(),
                                     whole.bytes().begin() + static_cast<std::ptrdiff_t>(length));
    InterfaceTable table;
    feed(table, cut);
    for (const InterfaceState& one : table.interfaces())
      EXPECT_THAT(one.addresses, IsEmpty()) << "cut to " << length;
  }
}

}  // namespace
}  // namespace otaru::os
