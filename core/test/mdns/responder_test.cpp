// When the responder sends: probes, announcements, renames, goodbyes, interfaces.
#include <gtest/gtest.h>

#include "mdns/board.hpp"

namespace otaru::mdns::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
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

TEST(Responder, RenamesItselfWhenAnotherBoardAnswersItsProbe) {  // 8.1, 9
  Board board;
  board.up();
  board.run(400);
  board.hear(
      Draft(kReply).srv(Section::answer, "myameba._arduino._tcp.local", 120, 5000, "other.local").packet());
  board.drain();
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba-2");
  EXPECT_EQ(board.responder.host_label(), "MyAmeba-2");
  EXPECT_EQ(board.responder.state(), State::probing);
  board.sent.clear();
  board.run(3000);
  EXPECT_THAT(board.probes(), SizeIs(3));
  ASSERT_THAT(board.responses(), SizeIs(2));
  EXPECT_THAT(board.responses()[0].decoded().answers,
              Contains("SRV MyAmeba-2._arduino._tcp.local 120 flush 8020 MyAmeba-2.local"));
}

TEST(Responder, RenamesItselfWhenAnotherHostHasItsAddressName) {
  Board board;
  board.up();
  board.run(400);
  board.hear(Draft(kReply).a(Section::answer, kHost, 120, kTheirs).packet());
  board.run(3000);
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba-2");
}

TEST(Responder, CountsOnWhileNamesAreTaken) {
  Board board;
  board.up();
  for (const char* expected : {"MyAmeba-2", "MyAmeba-3", "MyAmeba-4"}) {
    board.run(300);
    const std::string taken = std::string(board.responder.host_label()) + ".local";
    board.hear(Draft(kReply).a(Section::answer, taken, 120, kTheirs).packet());
    board.drain();
    EXPECT_EQ(board.responder.instance_name(), expected);
  }
}

TEST(Responder, IgnoresGoodbyesAndNegativeAnswersForItsNameWhileProbing) {
  Board board;
  board.up();
  board.run(300);
  board.hear(Draft(kReply).a(Section::answer, kHost, 0, kTheirs).packet());
  board.hear(Draft(kReply).add(Section::answer, kTypeNsec, kHost, 120, {}, kHost).packet());
  board.run(3000);
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba");
}

TEST(Responder, ProbesAgainBeforeItGivesUpANameThatItHas) {  // 9
  Board board;
  board.settle();
  const Packet rival = Draft(kReply).a(Section::answer, kHost, 120, kTheirs).packet();
  board.hear(rival);
  board.run(300);
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba");
  EXPECT_FALSE(board.probes().empty());
  board.hear(rival);  // the rival stands by it
  board.run(3000);
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba-2");
}

TEST(Responder, KeepsItsNameWhenTheRivalDoesNotAnswer) {  // 9
  Board board;
  board.settle();
  board.hear(Draft(kReply).a(Section::answer, kHost, 120, kTheirs).packet());
  board.run(5000);
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba");
  EXPECT_THAT(board.probes(), SizeIs(3));
  EXPECT_THAT(board.responses(), SizeIs(2));
}

TEST(Responder, TakesItsOwnPacketsForNoConflict) {  // the group loops them back
  Board board;
  board.up();
  for (std::size_t i = 0; i < 12; ++i) {
    board.run(250);
    for (const Sent& one : std::exchange(board.sent, {})) board.hear(one.packet, endpoint(kOurs, kPort));
  }
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba");
  EXPECT_EQ(board.responder.state(), State::announced);
}

TEST(Responder, TakesItsOtherInterfacesPacketsForNoConflict) {  // both on one network
  Board board;
  board.up(1, kOurs);
  board.up(2, {192, 0, 2, 2});
  std::size_t heard = 0;
  for (std::uint32_t t = 0; t < 5000; t += 50) {
    board.run(50);
    for (const Sent& one : std::exchange(board.sent, {}))
      for (const InterfaceId id : {1u, 2u}) {
        board.hear(one.packet, endpoint(one.interface == 1 ? kOurs : Ipv4Address{192, 0, 2, 2}, kPort), id);
        ++heard;
      }
  }
  EXPECT_GT(heard, 8u);
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba");
  EXPECT_EQ(board.responder.state(), State::announced);
}

TEST(Responder, WaitsFiveSecondsBetweenProbesAfterFifteenConflicts) {  // 8.1
  Board board;
  board.up();
  const auto lose = [&board] {
    board.hear(Draft(kReply)
                   .a(Section::answer, std::string(board.responder.host_label()) + ".local", 120, kTheirs)
                   .packet());
    board.drain();
    board.sent.clear();
  };
  for (int i = 0; i < 14; ++i) {
    board.run(260);
    lose();
  }
  board.run(300);
  EXPECT_FALSE(board.probes().empty()) << "fourteen conflicts are still quick";
  lose();
  for (int i = 0; i < 3; ++i) {
    board.run(4990);
    EXPECT_THAT(board.probes(), IsEmpty());
    board.run(300);
    EXPECT_FALSE(board.probes().empty());
    lose();
  }
}

// 8.2: the later data wins; 192.0.2.9 is later than 192.0.2.1.
TEST(Responder, LosesATieToLaterDataAndTriesAgainAfterASecond) {
  Board board;
  board.up();
  board.run(300);
  ASSERT_FALSE(board.probes().empty());
  const Packet rival = Draft().ask(kTypeAny, kHost).a(Section::authority, kHost, 120, kTheirs).packet();
  const std::uint32_t lost_ms = board.now_ms;
  board.sent.clear();
  board.hear(rival);
  board.run(3000);
  const auto probes = board.probes();
  ASSERT_THAT(probes, SizeIs(3));
  EXPECT_EQ(probes[0].at_ms, lost_ms + 1000);
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba");
}

TEST(Responder, WinsATieAgainstEarlierData) {  // 8.2
  Board board;
  board.up();
  board.run(300);
  board.hear(Draft().ask(kTypeAny, kHost).a(Section::authority, kHost, 120, {192, 0, 2, 0}).packet());
  board.run(3000);
  EXPECT_THAT(board.probes(), SizeIs(3));
  EXPECT_LE(board.responses().at(0).at_ms, 1000u);
}

TEST(Responder, ComparesTheListsOfATieInOrderOfTypeWhateverTheirOrder) {  // 8.2.1
  // Ours is TXT, SRV. Theirs has the same TXT and a later port, written SRV first.
  for (const std::uint16_t port : {std::uint16_t{8019}, std::uint16_t{8021}}) {
    Board board;
    board.up();
    board.run(300);
    board.hear(Draft()
                   .ask(kTypeAny, kInstance)
                   .srv(Section::authority, kInstance, 120, port, kHost)
                   .txt(Section::authority, kInstance, 4500, board.txt.bytes())
                   .packet());
    board.sent.clear();
    board.run(900);
    EXPECT_THAT(board.responses(), SizeIs(port == 8019 ? 1 : 0)) << port;
  }
}

TEST(Responder, LosesATieToAListThatGoesOnLonger) {  // 8.2.1
  Board board;
  board.up();
  board.run(300);
  board.hear(Draft()
                 .ask(kTypeAny, kHost)
                 .a(Section::authority, kHost, 120, kOurs)
                 .aaaa(Section::authority, kHost, 120, kLinkLocal)
                 .packet());
  board.sent.clear();
  board.run(900);
  EXPECT_THAT(board.responses(), IsEmpty());
}

TEST(Responder, SettlesATieOfTwoAddressesByTheFirstThatDiffers) {  // 8.2.1
  const std::array<Ipv6Address, 2> ours = {kGlobal, kLinkLocal};   // 2001:.. comes before fe80:..
  Ipv6Address lower = kGlobal;
  lower[15] = 0;
  Ipv6Address between = kLinkLocal;
  between[15] = 0;
  struct Case {
    Ipv6Address first;
    Ipv6Address second;
    bool loses;
  };
  for (const Case& tie : {Case{kLinkLocal, lower, false}, Case{between, kLinkLocal, true},
                          Case{between, kGlobal, false}, Case{kLinkLocal, kGlobal, false}}) {
    Board board;
    board.up(1, kOurs, ours);
    board.run(300);
    board.sent.clear();
    board.hear(Draft()
                   .ask(kTypeAny, kHost)
                   .aaaa(Section::authority, kHost, 120, tie.first)
                   .aaaa(Section::authority, kHost, 120, tie.second)
                   .a(Section::authority, kHost, 120, kOurs)
                   .packet());
    board.run(900);
    EXPECT_EQ(board.responses().empty(), tie.loses);
  }
}

TEST(Responder, IsNotDisturbedByAnIdenticalProbe) {  // 8.2.1
  Board board;
  board.up();
  board.run(300);
  const Packet own = board.probes().at(0).packet;
  board.hear(own);
  board.run(900);
  EXPECT_FALSE(board.responses().empty());
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

TEST(Responder, TakesBackItsNameWhereItHadItBeforeItRenames) {
  Board board;
  board.settle();
  board.up(2, {198, 51, 100, 1});
  board.run(300);
  board.sent.clear();
  board.hear(Draft(kReply).a(Section::answer, kHost, 120, {198, 51, 100, 9}).packet(), kAsker, 2);
  board.drain();
  ASSERT_FALSE(board.responses().empty());
  EXPECT_EQ(board.responses()[0].interface, 1u);
  EXPECT_THAT(board.responses()[0].decoded().answers, Contains("PTR " + kType + " 0 " + kInstance));
  board.sent.clear();
  board.run(3000);
  EXPECT_EQ(board.responder.instance_name(), "MyAmeba-2");
  EXPECT_THAT(board.responses(), SizeIs(4)) << "two announcements on each interface";
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

TEST(Responder, CutsALongNameBetweenCharactersToMakeRoomForItsNumber) {
  std::string name(61, 'a');
  name += "\xC3\xA9";  // 63 bytes; the last character would be split by `-2`
  Board board(0, 7, name);
  EXPECT_EQ(board.responder.instance_name(), name);
  board.up();
  board.run(300);
  board.hear(Draft(kReply).a(Section::answer, name + ".local", 120, kTheirs).packet());
  board.drain();
  EXPECT_EQ(board.responder.instance_name(), std::string(61, 'a') + "-2");
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
