// What the querier asks, and when.
#include <set>

#include <gtest/gtest.h>

#include "mdns/seeker.hpp"

namespace otaru::mdns::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

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
