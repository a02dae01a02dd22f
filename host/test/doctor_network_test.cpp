#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor_checks.hpp"

namespace otaru::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

net::Interface interface(mdns::InterfaceId index, std::string name, mdns::Ipv4Address address,
                         std::uint8_t prefix) {
  net::Interface made{index, std::move(name), {}};
  made.addresses.push_back({mdns::Family::ipv4, mdns::endpoint(address, 0).address, prefix});
  return made;
}

const net::Interface kCable = interface(2, "eth0", {192, 0, 2, 7}, 24);
const net::Interface kAir = interface(3, "wlan0", {198, 51, 100, 9}, 24);

net::Interface only_ipv6() {
  net::Interface made{4, "eth1", {}};
  made.addresses.push_back({mdns::Family::ipv6, {0x20, 0x01, 0x0d, 0xb8}, 64});
  return made;
}

Patient at(std::string address) {
  return {"MyAmeba at " + address, std::move(address), {}, {}, true};
}

TEST(DoctorNetwork, NoInterfaceIsWrong) {
  EXPECT_EQ(check_interfaces({}).verdict, Verdict::wrong);
}

TEST(DoctorNetwork, OneInterfaceIsFineAndShown) {
  const Check check = check_interfaces({kCable});
  EXPECT_EQ(check.verdict, Verdict::fine);
  EXPECT_THAT(check.message, HasSubstr("eth0 (192.0.2.7/24)"));
  EXPECT_EQ(check.advice, "");
}

TEST(DoctorNetwork, SeveralInterfacesAreFineAndAWayToChooseIsTold) {
  const Check check = check_interfaces({kCable, kAir});
  EXPECT_EQ(check.verdict, Verdict::fine);
  EXPECT_THAT(check.message,
              AllOf(HasSubstr("2 networks"), HasSubstr("eth0"), HasSubstr("wlan0 (198.51.100.9/24)")));
  EXPECT_THAT(check.advice, HasSubstr("--interface"));
}

TEST(DoctorNetwork, ANetworkWithoutIpv4DeservesAWarning) {
  EXPECT_EQ(check_interfaces({only_ipv6()}).verdict, Verdict::warning);
}

TEST(DoctorNetwork, MulticastThatIsHeardIsFine) {
  const std::vector<Check> checks = check_multicast({true, {"eth0"}, {}, {}, {}});
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[0].verdict, Verdict::fine);
  EXPECT_EQ(checks[1].verdict, Verdict::fine);
}

TEST(DoctorNetwork, MulticastThatNobodyHearsIsWrongAndOnOneOfTwoInterfacesAWarning) {
  EXPECT_EQ(check_multicast({true, {}, {"eth0"}, {}, {}}).at(1).verdict, Verdict::wrong);
  const Check check = check_multicast({true, {"eth0"}, {"wlan0"}, {}, {}}).at(1);
  EXPECT_EQ(check.verdict, Verdict::warning);
  EXPECT_THAT(check.message, HasSubstr("wlan0"));
  EXPECT_THAT(check.advice, HasSubstr("5353"));
}

TEST(DoctorNetwork, APortThatAnotherProgramKeepsIsAWarningAndLeavesMulticastUnknown) {
  const std::vector<Check> checks = check_multicast({false, {}, {"eth0"}, {}, {}});
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[0].code, "mdns_port");
  EXPECT_EQ(checks[0].verdict, Verdict::warning);
  EXPECT_EQ(checks[1].verdict, Verdict::unknown);
}

TEST(DoctorNetwork, WithoutANetworkMulticastIsUnknown) {
  EXPECT_EQ(check_multicast({}).at(1).verdict, Verdict::unknown);
}

TEST(DoctorNetwork, WhatTheSystemRefusesIsWrong) {
  const std::vector<Check> checks = check_multicast({true, {"eth0"}, {}, {}, {"A firewall forbids it."}});
  ASSERT_EQ(checks.size(), 3u);
  EXPECT_EQ(checks[1].verdict, Verdict::wrong);
  EXPECT_EQ(checks[1].message, "A firewall forbids it.");
}

TEST(DoctorNetwork, BoardsThatAnswerAreFineOthersThatAnswerAWarningAndSilenceUnknown) {
  const MulticastEcho answered{true, {"eth0"}, {}, {"192.0.2.9"}, {}};
  EXPECT_EQ(check_neighbours(answered, 2).verdict, Verdict::fine);
  const Check others = check_neighbours(answered, 0);
  EXPECT_EQ(others.verdict, Verdict::warning);
  EXPECT_THAT(others.message, HasSubstr("192.0.2.9"));
  const Check silence = check_neighbours({true, {"eth0"}, {}, {}, {}}, 0);
  EXPECT_EQ(silence.verdict, Verdict::unknown);
  EXPECT_THAT(silence.message, HasSubstr("3 s"));
  EXPECT_THAT(silence.advice, HasSubstr("Guest networks"));
}

TEST(DoctorNetwork, ABoardInOneNetworkIsFineAndTheInterfaceIsNamed) {
  const Check check = check_network_of(at("198.51.100.20"), {kCable, kAir});
  EXPECT_EQ(check.verdict, Verdict::fine);
  EXPECT_THAT(check.message, HasSubstr("by wlan0"));
}

TEST(DoctorNetwork, ABoardInAnotherNetworkIsAWarningWithTheNetworksThereAre) {
  const Check check = check_network_of(at("203.0.113.5"), {kCable});
  EXPECT_EQ(check.verdict, Verdict::warning);
  EXPECT_THAT(check.message, AllOf(HasSubstr("none"), HasSubstr("eth0 (192.0.2.7/24)")));
  EXPECT_THAT(check.advice, HasSubstr("--to 203.0.113.5"));
}

TEST(DoctorNetwork, ABoardThatTwoInterfacesCouldReachIsAWarning) {
  const net::Interface twin = interface(5, "eth5", {192, 0, 2, 8}, 24);
  const Check check = check_network_of(at("192.0.2.20"), {kCable, twin});
  EXPECT_EQ(check.verdict, Verdict::warning);
  EXPECT_THAT(check.message, HasSubstr("eth0 and eth5"));
}

TEST(DoctorNetwork, LoopbackAndLinkLocalIpv6AreNear) {
  EXPECT_EQ(check_network_of(at("127.0.0.1"), {}).verdict, Verdict::fine);
  EXPECT_EQ(check_network_of(at("fe80::1"), {kCable}).verdict, Verdict::fine);
}

TEST(DoctorNetwork, WhatIsNoAddressIsUnknown) {
  EXPECT_EQ(check_network_of(at("nonsense"), {kCable}).verdict, Verdict::unknown);
}

}  // namespace
}  // namespace otaru::host
