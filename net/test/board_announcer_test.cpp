// Real sockets on loopback, in real time: what core's own tests cannot show. Other programs may speak mDNS
// there too, so names are this process's own.
#include <functional>

#include <asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <otaru/net/board_announcer.hpp>
#include <otaru/net/interface.hpp>

namespace otaru::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::chrono::seconds kPatience{20};

std::string own_name(const std::string& name) {
  return name + "-" + std::to_string(getpid());
}

Announcement on_loopback(const std::string& name) {
  Announcement announcement;
  announcement.name = own_name(name);
  announcement.port = 8020;
  announcement.txt = {{"board", "ameba_rtl8721d"}};
  announcement.interfaces = {"lo"};
  return announcement;
}

// Lets everything go on until `done` says so. @return false if that took too long
bool run_until(asio::io_context& io, const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!done() && std::chrono::steady_clock::now() < end) io.run_one_until(end);
  return done();
}

TEST(BoardAnnouncer, AnnouncesABoardByItsName) {
  asio::io_context io;
  BoardAnnouncer announcer(io);
  std::vector<std::string> announced;
  AnnouncerEvents events;
  events.announced = [&](const std::string& name, const std::string& host) {
    announced.push_back(name + " " + host);
  };
  announcer.start(on_loopback("alone"), std::move(events));
  ASSERT_TRUE(run_until(io, [&] { return !announced.empty(); }));
  EXPECT_THAT(announced, ElementsAre(own_name("alone") + " " + own_name("alone") + ".local"));
}

TEST(BoardAnnouncer, TakesAnotherNameIfTheFirstIsNotFree) {
  asio::io_context io;
  BoardAnnouncer first(io);
  BoardAnnouncer second(io);
  bool first_announced = false;
  AnnouncerEvents first_events;
  first_events.announced = [&](const std::string&, const std::string&) { first_announced = true; };
  first_events.renamed = [](const std::string&, const std::string&) {
    ADD_FAILURE() << "it was there first";
  };
  first.start(on_loopback("twins"), std::move(first_events));
  ASSERT_TRUE(run_until(io, [&] { return first_announced; }));

  std::vector<std::string> news;
  AnnouncerEvents events;
  events.renamed = [&](const std::string& before, const std::string& now) {
    news.push_back("renamed " + before + " " + now);
  };
  events.announced = [&](const std::string& name, const std::string&) {
    news.push_back("announced " + name);
  };
  Announcement other = on_loopback("twins");
  other.port = 8021;
  second.start(other, std::move(events));
  ASSERT_TRUE(run_until(io, [&] { return news.size() >= 2; }));
  const std::string name = own_name("twins");
  EXPECT_THAT(news, ElementsAre("renamed " + name + " " + name + "-2", "announced " + name + "-2"));
}

TEST(BoardAnnouncer, MayBeStoppedByItsOwnCallbackAndStartedAgain) {
  asio::io_context io;
  BoardAnnouncer announcer(io);
  int times = 0;
  AnnouncerEvents events;
  events.announced = [&](const std::string&, const std::string&) {
    ++times;
    announcer.stop();
  };
  announcer.start(on_loopback("brief"), events);
  ASSERT_TRUE(run_until(io, [&] { return times == 1; }));
  announcer.start(on_loopback("brief"), events);
  ASSERT_TRUE(run_until(io, [&] { return times == 2; }));
}

TEST(BoardAnnouncer, IsSilentAfterStop) {
  asio::io_context io;
  BoardAnnouncer announcer(io);
  std::vector<std::string> said;
  AnnouncerEvents events;
  events.announced = [&](const std::string& name, const std::string&) { said.push_back(name); };
  events.warning = [&](const std::string& message) { said.push_back(message); };
  announcer.start(on_loopback("hushed"), std::move(events));
  announcer.stop();
  io.run();  // ends by itself: nothing is left to wait for
  EXPECT_THAT(said, IsEmpty());
}

TEST(BoardAnnouncer, WarnsThatNoInterfaceHasTheAddressTheBoardListensOn) {
  asio::io_context io;
  BoardAnnouncer announcer(io);
  std::vector<std::string> warnings;
  AnnouncerEvents events;
  events.warning = [&](const std::string& message) { warnings.push_back(message); };
  Announcement announcement = on_loopback("elsewhere");
  announcement.listening_on = asio::ip::make_address("198.51.100.1");
  announcer.start(announcement, std::move(events));
  EXPECT_THAT(warnings, ElementsAre(::testing::HasSubstr("has the address 198.51.100.1")));
}

TEST(BoardAnnouncer, RefusesInterfacesThatDoNotExistAndNamesThoseThatDo) {
  asio::io_context io;
  BoardAnnouncer announcer(io);
  Announcement announcement = on_loopback("lost");
  announcement.interfaces = {"no-such-interface"};
  try {
    announcer.start(announcement, {});
    FAIL() << "started on an interface that does not exist";
  } catch (const NoSuchInterface& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("\"no-such-interface\""));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("lo"));
  }
}

TEST(BoardAnnouncer, RefusesTxtEntriesThatCannotBeSent) {
  asio::io_context io;
  BoardAnnouncer announcer(io);
  Announcement announcement = on_loopback("wordy");
  announcement.txt = {{"note", "a=b"}};
  EXPECT_THROW(announcer.start(announcement, {}), std::invalid_argument);
  announcement.txt = {{"note", std::string(300, 'x')}};
  EXPECT_THROW(announcer.start(announcement, {}), std::invalid_argument);
  announcement.txt.clear();
  announcement.name.clear();
  EXPECT_THROW(announcer.start(announcement, {}), std::invalid_argument);
}

}  // namespace
}  // namespace otaru::net
