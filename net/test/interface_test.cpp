#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/net/interface.hpp>

namespace otaru::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using mdns::Family;
using mdns::Ipv4Address;
using mdns::Ipv6Address;

InterfaceAddress ipv4(Ipv4Address bytes, std::uint8_t prefix_length) {
  return {Family::ipv4, mdns::endpoint(bytes, 0).address, prefix_length};
}

Interface with(std::vector<InterfaceAddress> addresses) {
  return {7, "eth0", std::move(addresses)};
}

constexpr Ipv6Address kLinkLocal = {0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};
constexpr Ipv6Address kGlobal = {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};

TEST(Interface, SpeaksTheFamiliesItHasAddressesOf) {
  const Interface eth0 = with({ipv4({192, 0, 2, 1}, 24)});
  EXPECT_TRUE(eth0.speaks(Family::ipv4));
  EXPECT_FALSE(eth0.speaks(Family::ipv6));
}

TEST(Interface, TakesHostsOfItsSubnetForOnLink) {
  const Interface eth0 = with({ipv4({192, 0, 2, 130}, 25)});
  EXPECT_TRUE(eth0.on_link(mdns::endpoint(Ipv4Address{192, 0, 2, 200}, 5353)));
  EXPECT_FALSE(eth0.on_link(mdns::endpoint(Ipv4Address{192, 0, 2, 100}, 5353)));
  EXPECT_FALSE(eth0.on_link(mdns::endpoint(Ipv4Address{198, 51, 100, 1}, 5353)));
  EXPECT_FALSE(eth0.on_link(mdns::endpoint(kGlobal, 5353)));
}

TEST(Interface, TakesLinkLocalHostsForOnLinkWhateverItsAddresses) {
  const Interface eth0 = with({{Family::ipv6, kGlobal, 64}});
  EXPECT_TRUE(eth0.on_link(mdns::endpoint(kLinkLocal, 5353)));
}

TEST(Interface, SendsFromTheAddressOfTheSameSubnetElseFromTheFirst) {
  const Interface eth0 = with({ipv4({192, 0, 2, 1}, 24), ipv4({198, 51, 100, 1}, 24)});
  const auto* near = eth0.source_for(mdns::endpoint(Ipv4Address{198, 51, 100, 9}, 5353));
  ASSERT_NE(near, nullptr);
  EXPECT_EQ(near->bytes[0], 198);
  const auto* group = eth0.source_for(mdns::group(Family::ipv4));
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->bytes[0], 192);
  EXPECT_EQ(eth0.source_for(mdns::group(Family::ipv6)), nullptr);
}

constexpr InterfaceAddress kSomeAddress{Family::ipv4, {192, 0, 2, 1}, 24};

os::InterfaceState state(std::uint32_t index, std::string name) {
  return {
      .index = index, .name = std::move(name), .works = true, .multicast = true, .addresses = {kSomeAddress}};
}

std::vector<std::string> usable_names(const std::vector<os::InterfaceState>& all,
                                      const std::vector<std::string>& wanted = {}) {
  std::vector<std::string> names;
  for (const Interface& one : usable(all, wanted)) names.push_back(one.name);
  return names;
}

std::vector<os::InterfaceState> loopback_and_ethernet() {
  std::vector<os::InterfaceState> all{state(1, "lo"), state(2, "eth0")};
  all[0].loopback = true;
  return all;
}

TEST(UsableInterfaces, CanMulticastAndAreNotLoopback) {
  EXPECT_THAT(usable_names(loopback_and_ethernet()), ElementsAre("eth0"));
  std::vector<os::InterfaceState> all = loopback_and_ethernet();
  all[1].multicast = false;
  EXPECT_THAT(usable_names(all), IsEmpty());
}

TEST(UsableInterfaces, AreExactlyWhatAPersonNamesEvenLoopback) {
  EXPECT_THAT(usable_names(loopback_and_ethernet(), {"lo"}), ElementsAre("lo"));
  EXPECT_THAT(usable_names(loopback_and_ethernet(), {"wlan0"}), IsEmpty());
}

TEST(UsableInterfaces, WorkAndHaveAnAddress) {
  std::vector<os::InterfaceState> all = loopback_and_ethernet();
  all[0].works = false;
  all[1].addresses.clear();
  EXPECT_THAT(usable_names(all, {"lo", "eth0"}), IsEmpty());
}

TEST(AddressText, SaysTheInterfaceOfLinkLocalAddressesOnly) {
  EXPECT_EQ(address_text(mdns::endpoint(Ipv4Address{192, 0, 2, 7}, 0), 1), "192.0.2.7");
  EXPECT_EQ(address_text(mdns::endpoint(kGlobal, 0), 1), "2001:db8::9");
  EXPECT_EQ(address_text(mdns::endpoint(kLinkLocal, 0), 1), "fe80::9%lo") << "loopback is always number 1";
}

}  // namespace
}  // namespace otaru::net
