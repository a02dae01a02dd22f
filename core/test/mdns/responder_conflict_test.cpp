// Names that others want too: conflicts, ties, renames.
#include <gtest/gtest.h>

#include "mdns/board.hpp"

namespace otaru::mdns::test {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using State = ResponderBase::State;

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

}  // namespace
}  // namespace otaru::mdns::test
