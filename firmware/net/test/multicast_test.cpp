// mDNS's handle, and the board's addresses.
#include <lwip/udp.h>

#include "fixture.hpp"

namespace otaru::firmware {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;

constexpr std::uint8_t kOwn[4] = {10, 0, 0, 1};
constexpr otaru_peer kGroup = {{224, 0, 0, 251}, 5353};
// Of an IPv4 header (RFC 791): where the fields are.
constexpr std::size_t kHops = 8, kProtocol = 9, kTo = 16;
constexpr char kIgmp = 2, kUdp = 17;

class MulticastTest : public PortTest {
 protected:
  void SetUp() override {
    PortTest::SetUp();
    // A member that hears another one's report leaves without a word: our own must not come back.
    wire->loses = [](const std::string& packet) { return packet[kProtocol] == kIgmp; };
    handle = port.mdns_open(nullptr, kOwn);
    ASSERT_GE(handle, 0);
    wire->pass_ms(1'000);
    asker = udp_new();
    udp_bind(asker, IP4_ADDR_ANY, 40'000);
  }
  void TearDown() override {
    udp_remove(asker);
    port.mdns_close(nullptr, handle);
    PortTest::TearDown();
  }
  void ask(std::string_view question) {
    pbuf* const packet = pbuf_alloc(PBUF_TRANSPORT, static_cast<u16_t>(question.size()), PBUF_RAM);
    pbuf_take(packet, question.data(), static_cast<u16_t>(question.size()));
    ip4_addr_t group{};
    IP4_ADDR(&group, 224, 0, 0, 251);
    udp_sendto_if(asker, packet, &group, 5353, &wire->board);
    pbuf_free(packet);
    wire->settle();
  }
  int hear(std::string& into, otaru_peer& from, std::size_t room = 1500) {
    into.assign(room, '\0');
    const int got = port.mdns_receive(nullptr, handle, into.data(), room, &from);
    into.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return got;
  }

  int handle = -1;
  udp_pcb* asker = nullptr;
};

TEST_F(MulticastTest, AQuestionToTheGroupIsHeardWithItsSender) {
  ask("who is there?");
  std::string heard;
  otaru_peer from{};
  EXPECT_EQ(hear(heard, from), 13);
  EXPECT_EQ(heard, "who is there?");
  EXPECT_THAT(from.address, ElementsAre(10, 0, 0, 1));
  EXPECT_EQ(from.port, 40'000);
  EXPECT_EQ(hear(heard, from), OTARU_NOT_NOW);
}

TEST_F(MulticastTest, ALongPacketIsCut) {
  const std::string question = file_of(1'200);
  ask(question);
  std::string heard;
  otaru_peer from{};
  EXPECT_EQ(hear(heard, from, 1'000), 1'000);
  EXPECT_EQ(heard, question.substr(0, 1'000));
}

TEST_F(MulticastTest, WhatIsSaidGoesToTheGroupWith255HopsAndIsNotHeardByItself) {
  wire->packets.clear();
  wire->loses = [](const std::string&) { return true; };
  ASSERT_EQ(port.mdns_send(nullptr, handle, "here", 4, &kGroup), 0);
  ASSERT_EQ(wire->packets.size(), 1u);
  const std::string& packet = wire->packets.front();
  EXPECT_EQ(packet[kHops], '\xFF');
  EXPECT_EQ(packet[kProtocol], kUdp);
  EXPECT_EQ(packet.substr(kTo, 4), "\xE0\x00\x00\xFB"s);
  EXPECT_EQ(packet.substr(packet.size() - 4), "here");
  std::string heard;
  otaru_peer from{};
  EXPECT_EQ(hear(heard, from), OTARU_NOT_NOW);
}

TEST_F(MulticastTest, AnAnswerToOneHas255HopsToo) {
  wire->packets.clear();
  wire->loses = [](const std::string&) { return true; };
  const otaru_peer to = {{10, 0, 0, 7}, 40'000};
  ASSERT_EQ(port.mdns_send(nullptr, handle, "here", 4, &to), 0);
  ASSERT_EQ(wire->packets.size(), 1u);
  EXPECT_EQ(wire->packets.front()[kHops], '\xFF');
  EXPECT_EQ(wire->packets.front().substr(kTo, 4), "\x0A\x00\x00\x07"s);
}

TEST_F(MulticastTest, APacketThatDoesNotFitIntoLwipsMemoryIsLost) {
  const std::string large(30'000, 'x');
  EXPECT_NE(port.mdns_send(nullptr, handle, large.data(), large.size(), &kGroup), 0);
  EXPECT_NE(port.mdns_send(nullptr, 7, "x", 1, &kGroup), 0);
}

TEST_F(MulticastTest, FourPacketsWaitAndTheNextIsLostAndCounted) {
  const std::uint32_t before_lost = mdns_packets_lost();
  for (const char* question : {"1", "2", "3", "4", "5"}) ask(question);
  EXPECT_EQ(mdns_packets_lost() - before_lost, 1u);
  std::string heard;
  std::string all;
  otaru_peer from{};
  while (hear(heard, from) > 0) all += heard;
  EXPECT_EQ(all, "1234");
}

TEST_F(MulticastTest, OpeningJoinsTheGroupAndClosingLeavesIt) {
  const auto igmp = [this] {
    return std::count_if(wire->packets.begin(), wire->packets.end(),
                         [](const std::string& packet) { return packet[kProtocol] == kIgmp; });
  };
  EXPECT_GE(igmp(), 1);
  wire->packets.clear();
  ask("one that nobody takes");
  port.mdns_close(nullptr, handle);
  EXPECT_EQ(igmp(), 1);
  std::string heard;
  otaru_peer from{};
  EXPECT_EQ(hear(heard, from), OTARU_GONE);
  ask("anybody?");
  handle = port.mdns_open(nullptr, kOwn);
  EXPECT_EQ(hear(heard, from), OTARU_NOT_NOW) << "nothing from before";
}

TEST_F(MulticastTest, ThereIsOneAndOnlyOnTheBoardsAddress) {
  EXPECT_EQ(port.mdns_open(nullptr, kOwn), OTARU_GONE);
  port.mdns_close(nullptr, handle);
  constexpr std::uint8_t kOther[4] = {10, 0, 0, 9};
  EXPECT_EQ(port.mdns_open(nullptr, kOther), OTARU_GONE);
  handle = port.mdns_open(nullptr, kOwn);
  EXPECT_GE(handle, 0);
}

using AddressTest = PortTest;

TEST_F(AddressTest, TheBoardHasOneWhileItsCableIsIn) {
  std::uint8_t address[4] = {};
  EXPECT_EQ(port.own_address(nullptr, address), 1);
  EXPECT_THAT(address, ElementsAre(10, 0, 0, 1));
  netif_set_link_down(&wire->board);
  EXPECT_EQ(port.own_address(nullptr, address), 0);
  netif_set_link_up(&wire->board);
  EXPECT_EQ(port.own_address(nullptr, address), 1);
  netif_set_addr(&wire->board, nullptr, nullptr, nullptr);
  EXPECT_EQ(port.own_address(nullptr, address), 0);
}

TEST_F(AddressTest, TheMacIsTheChips) {
  std::uint8_t mac[6] = {};
  EXPECT_EQ(port.mac(nullptr, mac), 0);
  EXPECT_THAT(mac, ElementsAre(0x50, 0x51, 0x52, 0x53, 0x54, 0x55));
}

TEST_F(AddressTest, BeforeThereIsANetworkThereIsNeither) {
  netif_set_default(nullptr);
  std::uint8_t bytes[6] = {};
  EXPECT_EQ(port.own_address(nullptr, bytes), 0);
  EXPECT_NE(port.mac(nullptr, bytes), 0);
}

}  // namespace
}  // namespace otaru::firmware
