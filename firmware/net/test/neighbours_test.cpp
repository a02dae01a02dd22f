// What ARP knows of a sender stays known for as long as its connection lives, whoever else asks for the
// board.
#include <cstdint>

#include <lwip/etharp.h>
#include <lwip/prot/etharp.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/iana.h>

#include "fixture.hpp"

namespace otaru::firmware {
namespace {

ip4_addr_t address(std::uint8_t last) {
  ip4_addr_t made{};
  IP4_ADDR(&made, 10, 0, 0, last);
  return made;
}

/// Both ends of a connection are this board's, so its senders have its address.
constexpr std::uint8_t kBoard = 1;

class NeighboursTest : public PortTest {
 protected:
  void SetUp() override {
    PortTest::SetUp();
    wire->board.linkoutput = [](netif*, pbuf*) { return err_t{ERR_OK}; };  // its answers
  }

  /// 10.0.0.`last` asks for the board, which remembers where it is.
  void ask_from(std::uint8_t last) {
    etharp_hdr question{};
    question.hwtype = PP_HTONS(LWIP_IANA_HWTYPE_ETHERNET);
    question.proto = PP_HTONS(ETHTYPE_IP);
    question.hwlen = ETH_HWADDR_LEN;
    question.protolen = sizeof(ip4_addr_t);
    question.opcode = PP_HTONS(ARP_REQUEST);
    question.shwaddr = {{0x02, 0, 0, 0, 0, last}};
    const ip4_addr_t from = address(last), to = address(kBoard);
    IPADDR_WORDALIGNED_COPY_FROM_IP4_ADDR_T(&question.sipaddr, &from);
    IPADDR_WORDALIGNED_COPY_FROM_IP4_ADDR_T(&question.dipaddr, &to);
    pbuf* const packet = pbuf_alloc(PBUF_RAW, sizeof question, PBUF_POOL);
    ASSERT_NE(packet, nullptr);
    pbuf_take(packet, &question, sizeof question);
    etharp_input(packet, &wire->board);
  }
  /// More than the table has room for; lwIP drops the entry that it has had longest, counted in seconds.
  void ask_from_everybody() {
    wire->pass_ms(2 * ARP_TMR_INTERVAL);
    for (int last = 100; last < 100 + 3 * ARP_TABLE_SIZE; ++last) ask_from(static_cast<std::uint8_t>(last));
  }
  bool knows(std::uint8_t last) {
    const ip4_addr_t wanted = address(last);
    eth_addr* found = nullptr;
    const ip4_addr_t* entry = nullptr;
    return etharp_find_addr(&wire->board, &wanted, &found, &entry) >= 0;
  }
};

TEST_F(NeighboursTest, StrangersPushOutWhoIsNotConnected) {
  ask_from(kBoard);
  EXPECT_TRUE(knows(kBoard));
  ask_from_everybody();
  EXPECT_FALSE(knows(kBoard));
}

TEST_F(NeighboursTest, ASenderIsHeldUntilItsLastConnectionIsClosed) {
  listen();
  ask_from(kBoard);
  Sender first(*wire, kTcpPort);
  const int one = meet();
  Sender second(*wire, kTcpPort);
  const int other = meet();
  ask_from_everybody();
  EXPECT_TRUE(knows(kBoard));
  close(one);
  ask_from_everybody();
  EXPECT_TRUE(knows(kBoard));
  close(other);
  ask_from_everybody();
  EXPECT_FALSE(knows(kBoard));
}

TEST_F(NeighboursTest, ASenderOfWhomNothingIsKnownIsServedAllTheSame) {
  listen();
  Sender sender(*wire, kTcpPort);
  const int handle = meet();
  EXPECT_FALSE(knows(kBoard));
  EXPECT_EQ(send(handle, "hello\n"), 6);
  wire->settle();
  EXPECT_EQ(sender.received, "hello\n");
  close(handle);
}

}  // namespace
}  // namespace otaru::firmware
