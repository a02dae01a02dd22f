// What the querier learns, and what it tells.
#include <set>

#include <gtest/gtest.h>

#include "mdns/seeker.hpp"

namespace otaru::mdns::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Querier, TellsOfAnInstanceOnceAllOfItIsKnown) {
  Seeker seeker;
  seeker.run(500);
  seeker.hear(announcement());
  ASSERT_THAT(seeker.events, ElementsAre("added MyAmeba"));
  const Instance& found = seeker.only();
  std::array<char, 100> host{};
  EXPECT_EQ(found.host(host), "MyAmeba.local");
  EXPECT_EQ(found.port(), 8020);
  EXPECT_EQ(found.interface(), 1u);
  EXPECT_EQ(txt_value(found.txt(), "board"), "x");
  ASSERT_THAT(found.addresses(), SizeIs(1));
  EXPECT_EQ(found.addresses()[0].address, endpoint(kOurs, 0));
  EXPECT_EQ(found.left_ms(seeker.now_ms), 4'500'000u);
  seeker.hear(announcement());
  EXPECT_THAT(seeker.events, SizeIs(1)) << "the same again is no news";
}

TEST(Querier, TellsOfChanges) {
  Seeker seeker;
  seeker.hear(announcement());
  seeker.run(2000);
  seeker.hear(announcement("MyAmeba", 4500, 8082));
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba", "updated MyAmeba"));
  EXPECT_EQ(seeker.only().port(), 8082);
}

TEST(Querier, ReplacesAnAddressOneSecondAfterACacheFlush) {  // 10.2
  Seeker seeker;
  seeker.hear(announcement());
  seeker.run(5000);
  seeker.hear(announcement("MyAmeba", 4500, 8020, kTheirs));
  EXPECT_THAT(seeker.only().addresses(), SizeIs(2)) << "the old one lives for another second";
  seeker.run(1100);
  ASSERT_THAT(seeker.only().addresses(), SizeIs(1));
  EXPECT_EQ(seeker.only().addresses()[0].address, endpoint(kTheirs, 0));
}

TEST(Querier, KeepsAddressesThatCameTogether) {  // 10.2
  Seeker seeker;
  seeker.hear(announcement());
  seeker.run(500);
  seeker.hear(Draft(kReply)
                  .aaaa(Section::answer, kHost, 120, kLinkLocal)
                  .aaaa(Section::answer, kHost, 120, kGlobal)
                  .packet());
  seeker.run(5000);
  ASSERT_THAT(seeker.only().addresses(), SizeIs(3));
  EXPECT_EQ(seeker.only().addresses()[0].address.family, Family::ipv4);
}

TEST(Querier, RemovesOneSecondAfterAGoodbye) {  // 10.1
  Seeker seeker;
  seeker.hear(announcement());
  seeker.run(100);
  seeker.hear(Draft(kReply).ptr(Section::answer, kType, 0, kInstance).packet());
  seeker.run(990);
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba"));
  seeker.run(20);
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba", "removed MyAmeba"));
}

TEST(Querier, IsNotKeptAliveByGoodbyes) {
  Seeker seeker;
  seeker.hear(announcement());
  for (int i = 0; i < 5; ++i) {
    seeker.hear(Draft(kReply).ptr(Section::answer, kType, 0, kInstance).packet());
    seeker.run(300);
  }
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba", "removed MyAmeba"));
}

TEST(Querier, KeepsWhatIsHeardAgainInTheSecondAfterAGoodbye) {  // 10.1
  Seeker seeker;
  seeker.hear(announcement());
  seeker.hear(Draft(kReply).ptr(Section::answer, kType, 0, kInstance).packet());
  seeker.run(500);
  seeker.hear(announcement());
  seeker.run(5000);
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba"));
}

TEST(Querier, HearsOfAnInstanceAgainThatWasRemoved) {
  Seeker seeker;
  seeker.hear(announcement());
  seeker.run(130'000);
  seeker.hear(announcement());
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba", "removed MyAmeba", "added MyAmeba"));
}

TEST(Querier, RemovesTheInstancesOfAnInterfaceThatWent) {
  Seeker seeker;
  ASSERT_TRUE(seeker.querier.interface_up(0, 2, true, false));
  seeker.hear(announcement());
  seeker.hear(announcement(), kPort, 2);
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba", "added MyAmeba")) << "one for each interface";
  seeker.querier.interface_down(2);
  seeker.drain();
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba", "added MyAmeba", "removed MyAmeba"));
  EXPECT_EQ(seeker.only().interface(), 1u);
}

TEST(Querier, RefusesMoreInterfacesThanItHasRoomFor) {
  Seeker seeker;
  EXPECT_TRUE(seeker.querier.interface_up(0, 2, true, false));
  EXPECT_TRUE(seeker.querier.interface_up(0, 3, true, false));
  EXPECT_FALSE(seeker.querier.interface_up(0, 4, true, false));
  EXPECT_TRUE(seeker.querier.interface_up(0, 3, true, false));
}

TEST(Querier, CountsWhatItHasNoRoomFor) {
  Seeker seeker;
  for (int i = 0; i < 6; ++i) seeker.hear(announcement("board-" + std::to_string(i)));
  EXPECT_THAT(seeker.events, SizeIs(4));
  EXPECT_EQ(seeker.querier.overflows(), 2u);
}

TEST(Querier, TakesNamesInAnyCaseForTheSame) {  // 16
  Seeker seeker;
  seeker.hear(announcement("MyAmeba"));
  seeker.hear(announcement("MYAMEBA"));
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba"));
}

TEST(Querier, IgnoresWhatIsNoAnswerToIt) {  // 6, 18
  Seeker seeker;
  seeker.hear(announcement(), 5354);
  seeker.hear(announcement(), kPort, 9);
  Packet query = announcement();
  query[2] = std::byte{0};
  seeker.hear(query);
  Packet refused = announcement();
  refused[3] = std::byte{3};
  seeker.hear(refused);
  seeker.hear(Draft(kReply).ptr(Section::answer, "_http._tcp.local", 4500, "x._http._tcp.local").packet());
  seeker.hear(Draft(kReply).ptr(Section::answer, kType, 4500, "x._http._tcp.local").packet());
  seeker.hear(Draft(kReply).ptr(Section::answer, kType, 4500, kType).packet());
  seeker.run(100);
  EXPECT_THAT(seeker.events, IsEmpty());
  for (const Instance& instance : seeker.querier.instances()) EXPECT_FALSE(instance.used());
}

TEST(Querier, WritesHostsAsZoneFilesDo) {
  Seeker seeker;
  Packet label = bytes(
      "\x05"
      "a.b\\\n"
      "\x05"
      "local" +
      std::string(1, '\0'));
  const Packet instance = wire(kInstance);
  std::array<std::byte, 300> buffer{};
  MessageWriter writer(buffer, 0, kReply);
  const Packet type = wire(kType);
  const Packet fixed(6);
  ASSERT_TRUE(writer.record(Section::answer, Bytes(type), kTypePtr, kClassIn, 10, {{}, Bytes(instance), {}}));
  ASSERT_TRUE(
      writer.record(Section::answer, Bytes(instance), kTypeSrv, kClassIn, 10, {fixed, Bytes(label), {}}));
  const Bytes packet = writer.finish();
  seeker.hear(Packet(packet.begin(), packet.end()));
  std::array<char, 100> host{};
  EXPECT_EQ(seeker.only().host(host), "a\\.b\\\\\\010.local");
  EXPECT_EQ(seeker.only().host(std::span(host).first(4)), "a\\.b");
}

TEST(Querier, KeepsWholeStringsOfTooLongTxtData) {
  Seeker seeker;
  std::string text;
  for (int i = 0; i < 3; ++i) text += '\xFF' + std::string(255, 'a');
  seeker.hear(Draft(kReply)
                  .ptr(Section::answer, kType, 4500, kInstance)
                  .txt(Section::answer, kInstance, 4500, bytes(text))
                  .packet());
  EXPECT_THAT(seeker.only().txt(), SizeIs(512));
  EXPECT_EQ(Instance::kMaxTxt, 512u);
}

TEST(Querier, WorksAcrossTheWrapOfItsClock) {
  Seeker seeker;
  seeker.querier.interface_down(1);
  seeker.now_ms = 0xFFFFFFFFu - 1000;
  ASSERT_TRUE(seeker.querier.interface_up(seeker.now_ms, 1, true, false));
  seeker.hear(announcement());
  seeker.run(3000);
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba"));
  EXPECT_GE(seeker.times_of("PTR " + kType).size(), 2u);
}

}  // namespace
}  // namespace otaru::mdns::test
