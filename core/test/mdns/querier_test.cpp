// What the querier asks and when, what it learns, and what it tells.
#include <set>

#include <gtest/gtest.h>

#include <otaru/mdns/querier.hpp>

#include "mdns/board.hpp"

namespace otaru::mdns::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

template <std::size_t kInstances = 4>
class Seeker {
 public:
  explicit Seeker(const Search& search = {}) : querier(search, 5) {
    EXPECT_TRUE(querier.interface_up(0, 1, true, false));
  }

  void run(std::uint32_t for_ms) {
    const std::uint32_t end_ms = now_ms + for_ms;
    for (int turns = 0;; ++turns) {
      ASSERT_LT(turns, 100'000) << "wait_ms() says 0 for ever";
      drain();
      const std::uint32_t wait = querier.wait_ms(now_ms);
      if (wait > end_ms - now_ms) break;
      now_ms += wait;
    }
    now_ms = end_ms;
    drain();
  }

  void drain() {
    while (const auto out = querier.poll(now_ms, buffer)) {
      sent.push_back(
          {now_ms, out->interface, out->to, out->multicast, Packet(out->packet.begin(), out->packet.end())});
      ASSERT_FALSE(decode(out->packet).malformed);
      ASSERT_LT(sent.size(), 10'000u);
    }
    while (const auto event = querier.next_event(now_ms)) {
      const char* const kinds[] = {"added ", "updated ", "removed "};
      events.push_back(kinds[static_cast<int>(event->kind)] + std::string(event->instance->name()));
      ASSERT_LT(events.size(), 10'000u);
    }
  }

  void hear(const Packet& packet, std::uint16_t port = kPort, InterfaceId interface = 1) {
    querier.receive(now_ms, {packet, interface, endpoint(kOurs, port), false});
    drain();
  }

  std::vector<std::uint32_t> times_of(const std::string& question) const {
    std::vector<std::uint32_t> times;
    for (const Sent& one : sent)
      for (const std::string& asked : one.decoded().questions)
        if (asked == question) times.push_back(one.at_ms);
    return times;
  }

  const Instance& only() const {
    const auto all = querier.instances();
    return *std::find_if(all.begin(), all.end(), [](const Instance& one) { return one.used(); });
  }

  std::uint32_t now_ms = 0;
  Querier<kInstances, 3> querier;
  std::array<std::byte, kMaxPacket> buffer{};
  std::vector<Sent> sent;
  std::vector<std::string> events;
};

const Packet kTxtData = bytes(
    "\x07"
    "board=x");

Packet announcement(const std::string& name = "MyAmeba", std::uint32_t ttl_s = 4500,
                    std::uint16_t port = 8020, Ipv4Address address = kOurs) {
  const std::string full = name + "." + kType;
  return Draft(kReply)
      .ptr(Section::answer, kType, ttl_s, full)
      .a(Section::additional, name + ".local", 120, address)  // before the SRV that names its host
      .txt(Section::additional, full, 4500, kTxtData)
      .srv(Section::additional, full, 120, port, name + ".local")
      .packet();
}

TEST(Querier, AsksAfter1And2And4SecondsAndSoOnUpToItsLimit) {  // RFC 6762, 5.2
  Search search;
  search.max_interval_ms = 10'000;
  Seeker seeker(search);
  seeker.run(40'000);
  const auto times = seeker.times_of("PTR " + kType);
  ASSERT_GE(times.size(), 7u);
  EXPECT_GE(times[0], 20u);
  EXPECT_LE(times[0], 120u);
  const std::vector<std::uint32_t> expected = {1000, 2000, 4000, 8000, 10'000, 10'000};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(times[i + 1] - times[i], expected[i]) << i;
  EXPECT_EQ(seeker.sent[0].to, group(Family::ipv4));
  EXPECT_EQ(seeker.sent[0].decoded().header.flags, 0);
}

TEST(Querier, AsksForMulticastUnlessToldOtherwise) {  // 5.4, 15.1
  for (const auto way : {Search::Way::multicast, Search::Way::unicast, Search::Way::legacy}) {
    Search search;
    search.way = way;
    Seeker seeker(search);
    seeker.run(3000);
    ASSERT_GE(seeker.sent.size(), 2u);
    const std::string first = seeker.sent[0].decoded().questions.at(0);
    EXPECT_EQ(first, "PTR " + kType + (way == Search::Way::unicast ? " QU" : ""));
    EXPECT_EQ(seeker.sent[1].decoded().questions.at(0), "PTR " + kType);
  }
}

TEST(Querier, AsksInBothFamilies) {
  Seeker seeker;
  ASSERT_TRUE(seeker.querier.interface_up(0, 2, true, true));
  seeker.run(500);
  std::size_t ipv6 = 0;
  for (const Sent& one : seeker.sent)
    if (one.interface == 2 && one.to == group(Family::ipv6)) ++ipv6;
  EXPECT_EQ(ipv6, 1u);
  EXPECT_THAT(seeker.sent, SizeIs(3));
}

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

TEST(Querier, AsksForWhatAnAnswerDidNotBring) {
  Seeker seeker;
  seeker.run(500);
  seeker.sent.clear();
  seeker.hear(Draft(kReply).ptr(Section::answer, kType, 4500, kInstance).packet());
  seeker.run(200);
  ASSERT_THAT(seeker.sent, SizeIs(1));
  EXPECT_THAT(seeker.sent[0].decoded().questions,
              UnorderedElementsAre("SRV " + kInstance, "TXT " + kInstance));
  seeker.hear(Draft(kReply)
                  .srv(Section::answer, kInstance, 120, 8020, kHost)
                  .txt(Section::answer, kInstance, 4500, kTxtData)
                  .packet());
  EXPECT_THAT(seeker.events, IsEmpty());
  seeker.sent.clear();
  seeker.run(200);
  EXPECT_THAT(seeker.times_of("A " + kHost), SizeIs(1));
  EXPECT_THAT(seeker.times_of("AAAA " + kHost), SizeIs(1));
  seeker.hear(Draft(kReply).a(Section::answer, kHost, 120, kOurs).packet());
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba"));
}

TEST(Querier, AsksForWhatIsMissingLessAndLess) {
  Seeker seeker;
  seeker.hear(Draft(kReply).ptr(Section::answer, kType, 4500, kInstance).packet());
  seeker.run(60'000);
  const auto times = seeker.times_of("SRV " + kInstance);
  ASSERT_GE(times.size(), 5u);
  for (std::size_t i = 2; i < 5; ++i) EXPECT_EQ(times[i] - times[i - 1], 2 * (times[i - 1] - times[i - 2]));
}

// Found by fuzzing: wait_ms() said 0 while the next question was not due.
TEST(Querier, WaitsWhileItsSrvGrowsOldAndItsAddressNeverComes) {
  Seeker seeker;
  seeker.hear(Draft(kReply)
                  .ptr(Section::answer, kType, 4500, kInstance)
                  .srv(Section::answer, kInstance, 120, 8020, kHost)
                  .packet());
  seeker.run(600'000);
  EXPECT_GE(seeker.times_of("A " + kHost).size(), 5u);
}

TEST(Querier, SaysWhatItKnows) {  // 7.1
  Seeker seeker;
  seeker.run(500);
  seeker.hear(announcement());
  seeker.sent.clear();
  seeker.run(2000);
  ASSERT_THAT(seeker.sent, Not(IsEmpty()));
  const auto answers = seeker.sent[0].decoded().answers;
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_THAT(answers[0], StartsWith("PTR " + kType + " 4499 " + kInstance));
}

TEST(Querier, DoesNotSayWhatItKnowsForLessThanHalfItsLife) {  // 7.1
  Seeker seeker;
  seeker.hear(announcement("MyAmeba", 20));
  seeker.run(11'000);
  seeker.sent.clear();
  seeker.querier.ask_now(seeker.now_ms);
  seeker.drain();
  ASSERT_THAT(seeker.sent, SizeIs(1));
  EXPECT_THAT(seeker.sent[0].decoded().answers, IsEmpty());
}

TEST(Querier, SaysAllThatItKnowsInSeveralPackets) {  // 7.2
  auto seeker = std::make_unique<Seeker<200>>();
  for (int i = 0; i < 150; ++i)
    seeker->hear(announcement("A board with quite a long name, number " + std::to_string(i)));
  seeker->sent.clear();
  seeker->run(125);
  ASSERT_GE(seeker->sent.size(), 4u);
  std::set<std::string> known;
  for (std::size_t i = 0; i < seeker->sent.size(); ++i) {
    const Decoded packet = seeker->sent[i].decoded();
    EXPECT_EQ(packet.questions.size(), i == 0 ? 1u : 0u);
    EXPECT_EQ((packet.header.flags & kFlagTruncated) != 0, i + 1 < seeker->sent.size()) << i;
    known.insert(packet.answers.begin(), packet.answers.end());
  }
  EXPECT_EQ(known.size(), 150u);
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

TEST(Querier, AsksAgainAt80And85And90And95PercentAndThenForgets) {  // 5.2
  Seeker seeker;
  seeker.hear(announcement());
  seeker.run(130'000);
  const auto times = seeker.times_of("SRV " + kInstance);
  ASSERT_GE(times.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_GE(times[i], 96'000 + 6'000 * i);
    EXPECT_LE(times[i], 96'100 + 6'000 * i);
  }
  EXPECT_THAT(seeker.events, ElementsAre("added MyAmeba", "removed MyAmeba"))
      << "its SRV expired after 120 s";
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

TEST(Querier, GivesNoEndlessPacketsForSmallBuffers) {
  for (std::size_t size = 0; size < 200; size += 3) {
    Seeker seeker;
    seeker.hear(announcement());
    seeker.hear(Draft(kReply).ptr(Section::answer, kType, 4500, "other." + kType).packet());
    std::vector<std::byte> small(size);
    std::size_t polled = 0;
    for (std::uint32_t t = 0; t < 5000; t += 50)
      while (const auto out = seeker.querier.poll(t, small)) {
        ASSERT_LE(out->packet.size(), size);
        ASSERT_LT(++polled, 100u) << size;
      }
  }
}

}  // namespace
}  // namespace otaru::mdns::test
