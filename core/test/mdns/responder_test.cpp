// When the responder sends: probes, announcements, renames, goodbyes, interfaces.
#include <gtest/gtest.h>

#include "mdns/board.hpp"

namespace otaru::mdns::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using State = ResponderBase::State;

const std::string kTxtText = "board=ameba_rtl8721d,auth_upload=no";

TEST(Responder, ProbesThreeTimes250MillisecondsApart) {  // RFC 6762, 8.1
  Board board;
  board.up();
  EXPECT_EQ(board.responder.state(), State::probing);
  board.run(1100);
  const auto probes = board.probes();
  ASSERT_THAT(probes, SizeIs(3));
  EXPECT_LE(probes[0].at_ms, 250u);
  EXPECT_EQ(probes[1].at_ms - probes[0].at_ms, 250u);
  EXPECT_EQ(probes[2].at_ms - probes[1].at_ms, 250u);
  for (const Sent& probe : probes) {
    EXPECT_TRUE(probe.multicast);
    EXPECT_EQ(probe.to, group(Family::ipv4));
    EXPECT_EQ(probe.decoded().header.id, 0);
    EXPECT_THAT(probe.decoded().authorities, UnorderedElementsAre("SRV " + kInstance + " 120 8020 " + kHost,
                                                                  "TXT " + kInstance + " 4500 " + kTxtText,
                                                                  "A " + kHost + " 120 192.0.2.1"));
  }
}

TEST(Responder,
     AsksForUnicastInItsFirstProbeOnly) {  // 8.1; the others must reach all boards on a shared port
  Board board;
  board.up();
  board.run(1100);
  const auto probes = board.probes();
  ASSERT_THAT(probes, SizeIs(3));
  EXPECT_THAT(probes[0].decoded().questions, ElementsAre("ANY " + kInstance + " QU", "ANY " + kHost + " QU"));
  EXPECT_THAT(probes[1].decoded().questions, ElementsAre("ANY " + kInstance, "ANY " + kHost));
  EXPECT_THAT(probes[2].decoded().questions, ElementsAre("ANY " + kInstance, "ANY " + kHost));
}

TEST(Responder, StartsAtARandomTimeThatDependsOnItsSeed) {  // 8.1
  std::vector<std::uint32_t> starts;
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    Board board(0, seed * 0x9E3779B9u);
    board.up();
    board.run(300);
    ASSERT_FALSE(board.probes().empty());
    starts.push_back(board.probes()[0].at_ms);
  }
  EXPECT_LT(*std::min_element(starts.begin(), starts.end()), 60u);
  EXPECT_GT(*std::max_element(starts.begin(), starts.end()), 190u);
  EXPECT_LE(*std::max_element(starts.begin(), starts.end()), 250u);
}

TEST(Responder, AnnouncesTwiceOneSecondApartWithCacheFlush) {  // 8.3, 10.2
  Board board;
  board.up();
  board.run(10'000);
  const auto announcements = board.responses();
  ASSERT_THAT(announcements, SizeIs(2));
  EXPECT_EQ(announcements[0].at_ms, board.probes()[2].at_ms + 250);
  EXPECT_LE(announcements[0].at_ms, 1000u);
  EXPECT_EQ(announcements[1].at_ms - announcements[0].at_ms, 1000u);
  for (const Sent& one : announcements) {
    EXPECT_TRUE(one.multicast);
    EXPECT_EQ(one.decoded().header.flags, 0x8400);
    EXPECT_THAT(one.decoded().answers, UnorderedElementsAre("PTR _services._dns-sd._udp.local 4500 " + kType,
                                                            "PTR " + kType + " 4500 " + kInstance,
                                                            "SRV " + kInstance + " 120 flush 8020 " + kHost,
                                                            "TXT " + kInstance + " 4500 flush " + kTxtText,
                                                            "A " + kHost + " 120 flush 192.0.2.1"));
  }
  EXPECT_EQ(board.responder.state(), State::announced);
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba");
  EXPECT_EQ(board.responder.host_label(), "MyAmeba");
}

TEST(Responder, WorksAcrossTheWrapOfItsClock) {
  Board board(0xFFFFFFFFu - 600);
  board.up();
  board.run(3000);
  EXPECT_THAT(board.probes(), SizeIs(3));
  EXPECT_THAT(board.responses(), SizeIs(2));
}

TEST(Responder, SpeaksBothFamiliesWhereItHasAddressesOfBoth) {
  Board board;
  const std::array<Ipv6Address, 2> ipv6 = {kLinkLocal, kGlobal};
  board.up(1, kOurs, ipv6);
  board.run(3000);
  ASSERT_THAT(board.responses(), SizeIs(4));
  EXPECT_EQ(board.responses()[0].to, group(Family::ipv4));
  EXPECT_EQ(board.responses()[1].to, group(Family::ipv6));
  EXPECT_EQ(board.responses()[0].packet, board.responses()[1].packet);
  EXPECT_THAT(board.responses()[0].decoded().answers,
              Contains("AAAA " + kHost + " 120 flush " + hex(std::as_bytes(std::span(kLinkLocal)))));
  EXPECT_THAT(board.responses()[0].decoded().answers,
              Contains("AAAA " + kHost + " 120 flush " + hex(std::as_bytes(std::span(kGlobal)))));
}

TEST(Responder, SaysGoodbyeForAllThatIsItsOwn) {  // 10.1
  Board board;
  board.settle();
  board.responder.shutdown();
  EXPECT_EQ(board.responder.state(), State::stopping);
  EXPECT_EQ(board.responder.wait_ms(board.now_ms), 0u);
  board.run(1000);
  ASSERT_THAT(board.sent, SizeIs(1));
  EXPECT_THAT(
      board.sent[0].decoded().answers,
      UnorderedElementsAre("PTR " + kType + " 0 " + kInstance, "SRV " + kInstance + " 0 flush 8020 " + kHost,
                           "TXT " + kInstance + " 0 flush " + kTxtText, "A " + kHost + " 0 flush 192.0.2.1"));
  EXPECT_EQ(board.responder.state(), State::stopped);
  EXPECT_THAT(board.replies(query(kTypePtr, kType)), IsEmpty());
}

TEST(Responder, SaysNoGoodbyeForANameThatItNeverHad) {
  Board board;
  board.up();
  board.run(300);
  board.sent.clear();
  board.responder.shutdown();
  board.run(1000);
  EXPECT_THAT(board.sent, IsEmpty());
  EXPECT_EQ(board.responder.state(), State::stopped);
}

TEST(Responder, ProbesOnAnInterfaceThatComesLater) {
  Board board;
  board.settle();
  board.up(2, {198, 51, 100, 1});
  board.run(5000);
  ASSERT_THAT(board.probes(), SizeIs(3));
  ASSERT_THAT(board.responses(), SizeIs(2));
  for (const Sent& one : board.sent) EXPECT_EQ(one.interface, 2u);
  EXPECT_THAT(board.responses()[0].decoded().answers, Contains("A " + kHost + " 120 flush 198.51.100.1"));
}

TEST(Responder, LeavesAnInterfaceThatWentAlone) {
  Board board;
  board.settle();
  board.hear(query(kTypePtr, kType));
  board.responder.interface_down(1);
  board.run(1000);
  EXPECT_THAT(board.sent, IsEmpty());
  EXPECT_EQ(board.responder.state(), State::idle);
  EXPECT_THAT(board.replies(query(kTypePtr, kType)), IsEmpty());
  board.up();
  board.run(3000);
  EXPECT_THAT(board.probes(), SizeIs(3));
}

TEST(Responder, ChangesNothingWhenAnInterfaceComesUpAgainAsItWas) {
  Board board;
  board.settle();
  board.up();
  board.run(3000);
  EXPECT_THAT(board.sent, IsEmpty());
}

TEST(Responder, AnnouncesANewAddressOfAnInterface) {
  Board board;
  board.settle();
  board.up(1, {192, 0, 2, 77});
  board.run(3000);
  EXPECT_THAT(board.probes(), IsEmpty());
  ASSERT_THAT(board.responses(), SizeIs(2));
  EXPECT_THAT(board.responses()[0].decoded().answers, Contains("A " + kHost + " 120 flush 192.0.2.77"));
}

TEST(Responder, RefusesMoreInterfacesThanItHasRoomFor) {
  Board board;
  for (InterfaceId id = 1; id <= 4; ++id)
    EXPECT_TRUE(
        board.responder.interface_up(0, id, {Ipv4Address{10, 0, 0, static_cast<std::uint8_t>(id)}, {}}));
  EXPECT_FALSE(board.responder.interface_up(0, 5, {Ipv4Address{10, 0, 0, 5}, {}}));
  EXPECT_TRUE(board.responder.interface_up(0, 4, {std::nullopt, {}})) << "without addresses it goes";
  EXPECT_TRUE(board.responder.interface_up(0, 5, {Ipv4Address{10, 0, 0, 5}, {}}));
}

TEST(Responder, AnnouncesNewTxtDataTwice) {  // 8.4
  Board board;
  board.settle();
  ASSERT_EQ(board.txt.add("slot", "OTA2"), Status::ok);
  board.responder.update_txt(board.now_ms, board.txt.bytes());
  board.run(3000);
  EXPECT_THAT(board.probes(), IsEmpty());
  ASSERT_THAT(board.responses(), SizeIs(2));
  EXPECT_THAT(board.responses()[0].decoded().answers,
              Contains("TXT " + kInstance + " 4500 flush " + kTxtText + ",slot=OTA2"));
}

TEST(Responder, AnnouncesNewTxtDataNoSoonerThanASecondAfterTheOld) {  // 6
  Board board;
  board.up();
  board.run(1000);
  ASSERT_FALSE(board.responses().empty());
  const std::uint32_t first_ms = board.responses().back().at_ms;
  board.responder.update_txt(board.now_ms, board.txt.bytes());
  board.run(5000);
  const auto all = board.responses();
  ASSERT_GE(all.size(), 3u);
  EXPECT_GE(all[1].at_ms, first_ms + 1000);
}

TEST(Responder, HasRoomForTheLongestNameAndType) {
  const std::string name(80, 'n');
  Responder<1> responder({name, "board", "_fifteen-letters._udp", 1, {}}, 1);
  EXPECT_EQ(responder.instance_name(), std::string(63, 'n'));
  EXPECT_EQ(responder.host_label(), "board");
  ASSERT_TRUE(responder.interface_up(0, 1, {kOurs, {}}));
  std::array<std::byte, kMaxPacket> buffer{};
  const auto probe = responder.poll(250, buffer);
  ASSERT_TRUE(probe.has_value());
  EXPECT_THAT(decode(probe->packet).questions,
              Contains("ANY " + std::string(63, 'n') + "._fifteen-letters._udp.local QU"));
}

TEST(Responder, GivesEmptyOrShorterPacketsForSmallBuffersButNeverLongerOnes) {
  for (std::size_t size = 0; size < 300; size += 7) {
    Board board;
    board.up();
    std::vector<std::byte> small(size);
    std::size_t polled = 0;
    for (std::uint32_t t = 0; t < 4000; t += 10)
      while (const auto out = board.responder.poll(t, small)) {
        ASSERT_LE(out->packet.size(), size);
        ASSERT_LT(++polled, 100u);
      }
    EXPECT_GT(polled, 0u);
  }
}

TEST(Responder, FitsInItsMemory) {
  EXPECT_LE(sizeof(Responder<4>), 1600u) << "on a 64-bit machine; a Cortex-M33 takes less";
}

}  // namespace
}  // namespace otaru::mdns::test
