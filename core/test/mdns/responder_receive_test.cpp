// What the responder answers, when, and to whom.
#include <gtest/gtest.h>

#include "mdns/board.hpp"

namespace otaru::mdns::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

const std::string kPtrText = "PTR " + kType + " 4500 " + kInstance;
const std::string kSrvText = "SRV " + kInstance + " 120 flush 8020 " + kHost;
const std::string kTxtText = "TXT " + kInstance + " 4500 flush board=ameba_rtl8721d,auth_upload=no";
const std::string kAText = "A " + kHost + " 120 flush 192.0.2.1";
const std::string kNoAaaaText = "NSEC " + kHost + " 120 flush " + kHost + " 000140";  // only type 1

class Answers : public ::testing::Test {
 protected:
  void SetUp() override { board.settle(); }
  Board board;
};

TEST_F(Answers, TheTypeWithEverythingThatAnIdeNeedsInOneReply) {  // RFC 6763, 12.1
  const auto replies = board.replies(query(kTypePtr, kType));
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_TRUE(replies[0].multicast);
  EXPECT_EQ(replies[0].decoded().header.flags, 0x8400);
  EXPECT_THAT(replies[0].decoded().questions, IsEmpty());  // RFC 6762, 6
  EXPECT_THAT(replies[0].decoded().answers, ElementsAre(kPtrText));
  EXPECT_THAT(replies[0].decoded().additionals,
              UnorderedElementsAre(kSrvText, kTxtText, kAText, kNoAaaaText));
}

TEST_F(Answers, SharedRecordsAfterARandomDelayOf20To120Milliseconds) {  // 6
  std::vector<std::uint32_t> delays;
  for (int i = 0; i < 40; ++i) {
    const std::uint32_t asked_ms = board.now_ms;
    const auto replies = board.replies(query(kTypePtr, kType), kAsker, 1500);
    ASSERT_THAT(replies, SizeIs(1));
    delays.push_back(replies[0].at_ms - asked_ms);
  }
  EXPECT_GE(*std::min_element(delays.begin(), delays.end()), 20u);
  EXPECT_LE(*std::max_element(delays.begin(), delays.end()), 120u);
  EXPECT_GT(*std::max_element(delays.begin(), delays.end()), *std::min_element(delays.begin(), delays.end()));
}

TEST_F(Answers, UniqueRecordsAtOnce) {  // 6
  for (const std::uint16_t type : {kTypeSrv, kTypeTxt}) {
    const std::uint32_t asked_ms = board.now_ms;
    const auto replies = board.replies(query(type, kInstance), kAsker, 1500);
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_EQ(replies[0].at_ms, asked_ms);
  }
}

TEST_F(Answers, SeveralQuestionsInOneReplyAfterADelay) {  // 6.3
  const std::uint32_t asked_ms = board.now_ms;
  const auto replies =
      board.replies(Draft().ask(kTypeSrv, kInstance).ask(kTypeTxt, kInstance).ask(kTypeA, kHost).packet());
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_GE(replies[0].at_ms, asked_ms + 20);
  EXPECT_THAT(replies[0].decoded().answers, UnorderedElementsAre(kSrvText, kTxtText, kAText));
}

TEST_F(Answers, NamesInAnyCase) {  // 16
  EXPECT_THAT(board.replies(query(kTypePtr, "_ARDUINO._Tcp.LOCAL"), kAsker, 1500), SizeIs(1));
  EXPECT_THAT(board.replies(query(kTypeA, "myameba.local"), kAsker, 1500), SizeIs(1));
}

TEST_F(Answers, TheListOfTypes) {  // RFC 6763, 9
  const auto replies = board.replies(query(kTypePtr, "_services._dns-sd._udp.local"));
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_THAT(replies[0].decoded().answers, ElementsAre("PTR _services._dns-sd._udp.local 4500 " + kType));
}

TEST_F(Answers, QuestionsForAnyType) {  // 6.5
  const auto of_instance = board.replies(query(kTypeAny, kInstance), kAsker, 1500);
  ASSERT_THAT(of_instance, SizeIs(1));
  EXPECT_THAT(of_instance[0].decoded().answers, UnorderedElementsAre(kSrvText, kTxtText));
  const auto of_host = board.replies(query(kTypeAny, kHost), kAsker, 1500);
  ASSERT_THAT(of_host, SizeIs(1));
  EXPECT_THAT(of_host[0].decoded().answers, ElementsAre(kAText));
}

TEST_F(Answers, WhatItDoesNotHaveWithNsec) {  // 6.1
  const auto aaaa = board.replies(query(kTypeAaaa, kHost), kAsker, 1500);
  ASSERT_THAT(aaaa, SizeIs(1));
  EXPECT_THAT(aaaa[0].decoded().answers, ElementsAre(kNoAaaaText));
  EXPECT_THAT(aaaa[0].decoded().additionals, ElementsAre(kAText));
  const auto other = board.replies(query(kTypeA, kInstance), kAsker, 1500);
  ASSERT_THAT(other, SizeIs(1));
  EXPECT_THAT(other[0].decoded().answers,
              ElementsAre("NSEC " + kInstance + " 120 flush " + kInstance + " 00050000800040"));
}

TEST_F(Answers, NothingAboutOthersNames) {
  EXPECT_THAT(board.replies(query(kTypePtr, "_http._tcp.local")), IsEmpty());
  EXPECT_THAT(board.replies(query(kTypeA, "MyAmeba-2.local")), IsEmpty());
  EXPECT_THAT(board.replies(query(kTypeSrv, kType)), IsEmpty());
}

TEST_F(Answers, WithTheAddressOfTheInterfaceThatTheQuestionCameBy) {
  board.up(2, {198, 51, 100, 1});
  board.run(5000);
  board.sent.clear();
  board.hear(query(kTypeA, kHost), kAsker, 2);
  board.run(500);
  ASSERT_THAT(board.sent, SizeIs(1));
  EXPECT_EQ(board.sent[0].interface, 2u);
  EXPECT_THAT(board.sent[0].decoded().answers, ElementsAre("A " + kHost + " 120 flush 198.51.100.1"));
}

TEST_F(Answers, InTheFamilyThatTheQuestionCameBy) {
  Board both;
  const std::array<Ipv6Address, 1> ipv6 = {kLinkLocal};
  both.up(1, kOurs, ipv6);
  both.run(5000);
  const auto replies = both.replies(query(kTypePtr, kType), endpoint(kGlobal, kPort));
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_EQ(replies[0].to, group(Family::ipv6));
  EXPECT_THAT(replies[0].decoded().additionals, Contains(kAText));
  EXPECT_THAT(replies[0].decoded().additionals, Contains(StartsWith("AAAA")));
  EXPECT_THAT(replies[0].decoded().additionals, Not(Contains(StartsWith("NSEC"))));
}

TEST_F(Answers, NothingThatTheAskerKnows) {  // 7.1
  const auto with_ttl = [&](std::uint32_t ttl_s) {
    return board.replies(Draft().ask(kTypePtr, kType).ptr(Section::answer, kType, ttl_s, kInstance).packet(),
                         kAsker, 1500);
  };
  EXPECT_THAT(with_ttl(4500), IsEmpty());
  EXPECT_THAT(with_ttl(2250), IsEmpty());
  EXPECT_THAT(with_ttl(2249), SizeIs(1)) << "known, but for less than half its life";
}

TEST_F(Answers, WhatTheAskerKnowsOfOthers) {  // 7.1
  EXPECT_THAT(board.replies(Draft()
                                .ask(kTypePtr, kType)
                                .ptr(Section::answer, kType, 4500, "Other._arduino._tcp.local")
                                .packet()),
              SizeIs(1));
}

TEST_F(Answers, AQuestionWithMoreKnownAnswersToComeAfter400To500Milliseconds) {  // 7.2
  const std::uint32_t asked_ms = board.now_ms;
  const auto replies = board.replies(Draft(kFlagTruncated).ask(kTypePtr, kType).packet());
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_GE(replies[0].at_ms, asked_ms + 400);
  EXPECT_LE(replies[0].at_ms, asked_ms + 500);
}

TEST_F(Answers, NothingIfAFurtherPacketKnowsIt) {  // 7.2
  board.hear(Draft(kFlagTruncated).ask(kTypePtr, kType).packet());
  board.run(200);
  const Packet known = Draft().ptr(Section::answer, kType, 4500, kInstance).packet();
  EXPECT_THAT(board.replies(known), IsEmpty());
}

TEST_F(Answers, DespiteWhatAnotherHostsFurtherPacketKnows) {  // 7.2: only the same asker's
  board.hear(Draft(kFlagTruncated).ask(kTypePtr, kType).packet());
  board.run(200);
  const Packet known = Draft().ptr(Section::answer, kType, 4500, kInstance).packet();
  EXPECT_THAT(board.replies(known, endpoint(Ipv4Address{192, 0, 2, 10}, kPort)), SizeIs(1));
}

TEST_F(Answers, LaterStillIfTheFurtherPacketIsNotTheLastEither) {  // 7.2
  const std::uint32_t asked_ms = board.now_ms;
  board.hear(Draft(kFlagTruncated).ask(kTypePtr, kType).packet());
  board.run(300);
  const auto replies = board.replies(
      Draft(kFlagTruncated).ptr(Section::answer, kType, 4500, "Other._arduino._tcp.local").packet());
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_GE(replies[0].at_ms, asked_ms + 700);
}

TEST_F(Answers, AQuQuestionByUnicastIfTheGroupHeardItLately) {  // 5.4
  const auto replies = board.replies(query(kTypePtr, kType, true));
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_FALSE(replies[0].multicast);
  EXPECT_EQ(replies[0].to, kAsker);
  EXPECT_EQ(replies[0].decoded().header.id, 0);
  EXPECT_THAT(replies[0].decoded().answers, ElementsAre(kPtrText));
  EXPECT_THAT(replies[0].decoded().additionals, Contains(kSrvText));
}

TEST_F(Answers, AQuQuestionByMulticastIfTheGroupHasNotHeardItForAQuarterOfItsLife) {  // 5.4
  board.run(40'000);  // over a quarter of 120 s, under a quarter of 4500 s
  const auto host = board.replies(query(kTypeA, kHost, true), kAsker, 1500);
  ASSERT_THAT(host, SizeIs(1));
  EXPECT_TRUE(host[0].multicast);
  const auto type = board.replies(query(kTypePtr, kType, true), kAsker, 1500);
  ASSERT_THAT(type, SizeIs(1));
  EXPECT_FALSE(type[0].multicast);
}

TEST_F(Answers, AfterALongSilenceByMulticastEvenPastTheWrapOfTheClock) {
  std::size_t turns = 0;
  for (std::uint64_t t = 0; t < (std::uint64_t{1} << 32) + 10'000; t += 600'000, ++turns) board.run(600'000);
  EXPECT_GT(turns, 7000u);
  const auto replies = board.replies(query(kTypePtr, kType, true));
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_TRUE(replies[0].multicast);
}

TEST_F(Answers, AQuestionSentToItsOwnAddressByUnicast) {  // 5.5
  board.hear(query(kTypePtr, kType), kAsker, 1, true);
  board.run(200);
  ASSERT_THAT(board.sent, SizeIs(1));
  EXPECT_EQ(board.sent[0].to, kAsker);
}

TEST_F(Answers, LegacyQuestionsAsPlainDnsDoes) {  // 6.7
  const Endpoint from = endpoint(kTheirs, 40'000);
  const std::uint32_t asked_ms = board.now_ms;
  const auto replies = board.replies(Draft(0, 0xBEEF).ask(kTypePtr, kType).packet(), from);
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_FALSE(replies[0].multicast);
  EXPECT_EQ(replies[0].to, from);
  EXPECT_EQ(replies[0].at_ms, asked_ms);
  const Decoded reply = replies[0].decoded();
  EXPECT_EQ(reply.header.id, 0xBEEF);
  EXPECT_EQ(reply.header.flags, 0x8400);
  EXPECT_THAT(reply.questions, ElementsAre("PTR " + kType));
  EXPECT_THAT(reply.answers, ElementsAre("PTR " + kType + " 10 " + kInstance));
  EXPECT_THAT(reply.additionals, Contains("SRV " + kInstance + " 10 8020 " + kHost)) << "no cache flush";
}

TEST_F(Answers, LegacyQuestionsWithSrvHostsWrittenInFull) {  // 18.14
  const auto replies = board.replies(query(kTypeSrv, kInstance), endpoint(kTheirs, 40'000));
  ASSERT_THAT(replies, SizeIs(1));
  const Packet host = wire(kHost);
  const Packet& packet = replies[0].packet;
  EXPECT_NE(std::search(packet.begin(), packet.end(), host.begin(), host.end()), packet.end());
}

TEST_F(Answers, ARecordToTheGroupAtMostOnceASecond) {  // 6
  board.replies(query(kTypeA, kHost), kAsker, 100);
  ASSERT_THAT(board.sent, SizeIs(1));
  const std::uint32_t first_ms = board.sent[0].at_ms;
  for (int i = 0; i < 5; ++i) {
    board.hear(query(kTypeA, kHost));
    board.run(100);
  }
  board.run(3000);
  ASSERT_THAT(board.sent, SizeIs(2)) << "held back, not forgotten";
  EXPECT_EQ(board.sent[1].at_ms, first_ms + 1000);
}

TEST_F(Answers, AProbeForItsNameAtOnceToTheGroup) {  // 6, 8.1
  const Packet probe = Draft().ask(kTypeAny, kHost, true).a(Section::authority, kHost, 120, kTheirs).packet();
  board.replies(query(kTypeA, kHost), kAsker, 300);  // the record was multicast 300 ms ago
  const std::uint32_t asked_ms = board.now_ms;
  const auto replies = board.replies(probe);
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_EQ(replies[0].at_ms, asked_ms);
  EXPECT_TRUE(replies[0].multicast);
  EXPECT_THAT(replies[0].decoded().answers, ElementsAre(kAText));
}

TEST_F(Answers, ProbesNoMoreThanEvery250Milliseconds) {  // 6
  const Packet probe = Draft().ask(kTypeAny, kHost).a(Section::authority, kHost, 120, kTheirs).packet();
  board.sent.clear();
  for (int i = 0; i < 10; ++i) {
    board.hear(probe);
    board.run(50);
  }
  ASSERT_GE(board.sent.size(), 2u);
  EXPECT_LE(board.sent.size(), 3u);
  EXPECT_EQ(board.sent[1].at_ms - board.sent[0].at_ms, 250u);
}

TEST_F(Answers, AProbeForAnotherInstanceOfTheTypeAsAnyQuestion) {  // python3-zeroconf proposes its PTR
  const std::uint32_t asked_ms = board.now_ms;
  const auto replies = board.replies(Draft()
                                         .ask(kTypePtr, kType)
                                         .ptr(Section::authority, kType, 4500, "Other._arduino._tcp.local")
                                         .packet());
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_GE(replies[0].at_ms, asked_ms + 20);
  EXPECT_THAT(replies[0].decoded().answers, ElementsAre(kPtrText));
}

TEST_F(Answers, NothingBeforeTheNameIsItsOwn) {  // 8.1
  Board young;
  young.up();
  young.run(300);
  young.sent.clear();
  young.hear(query(kTypePtr, kType));
  young.run(200);
  EXPECT_THAT(young.responses(), IsEmpty());
}

TEST_F(Answers, NothingThatAnotherJustSaidToAll) {  // 7.4
  const Packet types = query(kTypePtr, "_services._dns-sd._udp.local");
  const Packet said =
      Draft(kReply).ptr(Section::answer, "_services._dns-sd._udp.local", 4500, kType).packet();
  board.hear(types);
  EXPECT_THAT(board.replies(said), IsEmpty());
}

TEST_F(Answers, AGoodbyeForTheTypeWithTheTypeAgain) {  // 6.6
  const Packet goodbye =
      Draft(kReply).ptr(Section::answer, "_services._dns-sd._udp.local", 0, kType).packet();
  const auto replies = board.replies(goodbye);
  ASSERT_THAT(replies, SizeIs(1));
  EXPECT_THAT(replies[0].decoded().answers, ElementsAre("PTR _services._dns-sd._udp.local 4500 " + kType));
}

TEST_F(Answers, NothingToWhatIsNoMdns) {  // 18.3, 18.11, 6
  EXPECT_THAT(board.replies(Draft(0x0800).ask(kTypePtr, kType).packet()), IsEmpty()) << "opcode";
  EXPECT_THAT(board.replies(Draft(0x0003).ask(kTypePtr, kType).packet()), IsEmpty()) << "rcode";
  const Packet rival = Draft(kReply).a(Section::answer, kHost, 120, kTheirs).packet();
  EXPECT_THAT(board.replies(rival, endpoint(kTheirs, 5354)), IsEmpty()) << "a response from another port";
  EXPECT_THAT(board.replies(query(kTypePtr, kType), kAsker, 100), Not(IsEmpty())) << "all is as before";
}

TEST_F(Answers, NothingToBrokenQuestions) {
  Packet packet = query(kTypePtr, kType);
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_THAT(board.replies(Packet(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size))),
                IsEmpty())
        << size;
}

TEST_F(Answers, TheQuestionOfAPacketWhoseKnownAnswersBreakOff) {
  Packet packet = Draft().ask(kTypePtr, kType).ptr(Section::answer, kType, 4500, kInstance).packet();
  packet.pop_back();
  EXPECT_THAT(board.replies(packet), SizeIs(1));
}

TEST_F(Answers, ManyAskersOfUnicastAtOnceWithoutLosingItself) {
  for (std::uint16_t i = 0; i < 10; ++i) board.hear(query(kTypeA, kHost), endpoint(kTheirs, 50'000 + i));
  board.run(100);
  EXPECT_THAT(board.sent, SizeIs(3)) << "as many as it keeps when nobody polls in between";
}

}  // namespace
}  // namespace otaru::mdns::test
