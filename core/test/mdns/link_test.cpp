// Several boards and a computer on one network.
#include "mdns/link.hpp"

#include <set>

#include <gtest/gtest.h>

namespace otaru::mdns::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using State = ResponderBase::State;

std::set<std::string> names(const QuerierBase& querier) {
  std::set<std::string> found;
  for (const Instance& instance : querier.instances())
    if (instance.used() && instance.complete()) found.insert(std::string(instance.name()));
  return found;
}

TEST(Link, ABoardIsFoundWithin150MillisecondsOfTheQuestion) {
  Link link;
  const Txt<> txt = board_txt();
  link.add_board({192, 0, 2, 1}, 5, "MyAmeba", txt.bytes());
  link.run(5000);
  QuerierBase& querier = link.add_querier({192, 0, 2, 50});
  link.run(300);
  ASSERT_THAT(link.events, ElementsAre("added MyAmeba"));
  const Instance& found = querier.instances()[0];
  std::array<char, 300> host{};
  EXPECT_EQ(found.host(host), "MyAmeba.local");
  EXPECT_EQ(found.port(), 8020);
  EXPECT_EQ(txt_value(found.txt(), "board"), "ameba_rtl8721d");
  ASSERT_EQ(found.addresses().size(), 1u);
  EXPECT_EQ(found.addresses()[0].address, endpoint(Ipv4Address{192, 0, 2, 1}, 0));
}

TEST(Link, ABoardThatStartsIsHeardWithin1500Milliseconds) {
  for (std::uint32_t seed = 1; seed < 30; ++seed) {
    Link link;
    link.add_querier({192, 0, 2, 50});
    link.run(40'000);
    ASSERT_THAT(link.events, IsEmpty());
    link.add_board({192, 0, 2, 1}, seed);
    link.run(1500);
    EXPECT_THAT(link.events, ElementsAre("added MyAmeba")) << seed;
  }
}

TEST(Link, TwoBoardsOfOneNameStartedTogetherEndWithTwoNames) {  // RFC 6762, 8.2, 9
  std::size_t runs = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed, ++runs) {
    Link link;
    const ResponderBase& one = link.add_board({192, 0, 2, 1}, seed);
    link.run(seed % 7 * 60);
    const ResponderBase& other = link.add_board({192, 0, 2, 2}, seed * 77);
    const QuerierBase& querier = link.add_querier({192, 0, 2, 50});
    link.run(10'000);
    EXPECT_NE(one.instance_name(), other.instance_name()) << seed;
    EXPECT_EQ(one.state(), State::announced);
    EXPECT_EQ(other.state(), State::announced);
    EXPECT_THAT(names(querier), UnorderedElementsAre("MyAmeba", "MyAmeba-2")) << seed;
  }
  EXPECT_EQ(runs, 60u);
}

TEST(Link, TwoBoardsWithOneSeedEndWithTwoNames) {  // in step with each other all the time
  Link link;
  const ResponderBase& one = link.add_board({192, 0, 2, 1}, 3);
  const ResponderBase& other = link.add_board({192, 0, 2, 2}, 3);
  const QuerierBase& querier = link.add_querier({192, 0, 2, 50});
  link.run(15'000);
  EXPECT_NE(one.instance_name(), other.instance_name());
  EXPECT_THAT(names(querier), UnorderedElementsAre("MyAmeba", "MyAmeba-2"));
}

TEST(Link, TheLaterOfTwoBoardsRenames) {
  Link link;
  const ResponderBase& one = link.add_board({192, 0, 2, 9}, 1);
  link.run(5000);
  const ResponderBase& other = link.add_board({192, 0, 2, 2}, 2);
  link.run(5000);
  EXPECT_EQ(one.instance_name(), "MyAmeba");
  EXPECT_EQ(other.instance_name(), "MyAmeba-2");
}

TEST(Link, TwoBoardsOfOneNameEndWithTwoNamesThoughPacketsAreLost) {
  std::size_t lost = 0;
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    Link link(0.3, seed);
    const ResponderBase& one = link.add_board({192, 0, 2, 1}, seed);
    const ResponderBase& other = link.add_board({192, 0, 2, 2}, seed * 31);
    const QuerierBase& querier = link.add_querier({192, 0, 2, 50});
    link.run(120'000);
    EXPECT_NE(one.instance_name(), other.instance_name()) << seed;
    const auto found = names(querier);
    EXPECT_TRUE(found.contains(std::string(one.instance_name()))) << seed;
    EXPECT_TRUE(found.contains(std::string(other.instance_name()))) << seed;
    lost += link.lost;
  }
  EXPECT_GT(lost, 100u) << "nothing was lost: the test would show nothing";
}

TEST(Link, SixBoardsOfOneNameStartedTogetherGetSixNames) {
  Link link;
  std::vector<const ResponderBase*> boards;
  for (std::uint8_t i = 1; i <= 6; ++i) boards.push_back(&link.add_board({192, 0, 2, i}, 1000u * i + 3));
  const QuerierBase& querier = link.add_querier({192, 0, 2, 50});
  link.run(60'000);
  std::set<std::string> own;
  for (const ResponderBase* board : boards) own.insert(std::string(board->instance_name()));
  EXPECT_EQ(own.size(), 6u);
  EXPECT_EQ(names(querier), own);
}

TEST(Link, TwoProgramsOnOneComputerEndWithTwoNames) {  // same address, same port, same TXT data
  Link link;
  const Ipv4Address shared = {127, 0, 0, 1};
  const ResponderBase& one = link.add_board(shared, 11);
  const Txt<> txt = board_txt();  // the ids of the boards differ
  const ResponderBase& other = link.add_board(shared, 12, "MyAmeba", txt.bytes());
  link.run(10'000);
  EXPECT_NE(one.instance_name(), other.instance_name());
}

TEST(Link, AGoodbyeRemovesABoardAfterASecond) {  // 10.1
  Link link;
  ResponderBase& board = link.add_board({192, 0, 2, 1}, 5);
  link.add_querier({192, 0, 2, 50});
  link.run(5000);
  ASSERT_THAT(link.events, ElementsAre("added MyAmeba"));
  board.shutdown();
  link.run(900);
  EXPECT_THAT(link.events, ElementsAre("added MyAmeba"));
  link.run(300);
  EXPECT_THAT(link.events, ElementsAre("added MyAmeba", "removed MyAmeba"));
  link.run(10'000);
  EXPECT_THAT(link.events, ElementsAre("added MyAmeba", "removed MyAmeba"));
}

TEST(Link, ABoardThatStaysIsNeverForgotten) {  // 5.2: records are asked for again before they expire
  Link link;
  link.add_board({192, 0, 2, 1}, 5);
  link.add_querier({192, 0, 2, 50});
  link.run(20 * 60 * 1000);
  EXPECT_THAT(link.events, ElementsAre("added MyAmeba"));
}

TEST(Link, KnownAnswersKeepTheNetworkQuiet) {  // 7.1
  Link link;
  link.add_board({192, 0, 2, 1}, 5);
  link.add_querier({192, 0, 2, 50});
  link.run(10'000);
  const std::size_t before = link.log.size();
  link.run(60'000);
  std::size_t answers = 0;
  for (std::size_t i = before; i < link.log.size(); ++i)
    answers += link.log[i].decoded().response() ? 1u : 0u;
  EXPECT_GT(link.log.size(), before);
  EXPECT_EQ(answers, 0u);
}

TEST(Link, NewTxtDataIsToldAsAnUpdate) {
  Link link;
  Txt<> txt = board_txt();
  ResponderBase& board = link.add_board({192, 0, 2, 1}, 5, "MyAmeba", txt.bytes());
  const QuerierBase& querier = link.add_querier({192, 0, 2, 50});
  link.run(5000);
  ASSERT_EQ(txt.add("ver", "7"), Status::ok);
  board.update_txt(link.now_ms, txt.bytes());
  link.run(3000);
  EXPECT_THAT(link.events, ElementsAre("added MyAmeba", "updated MyAmeba"));
  EXPECT_EQ(txt_value(querier.instances()[0].txt(), "ver"), "7");
}

}  // namespace
}  // namespace otaru::mdns::test
