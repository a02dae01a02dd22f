// Real sockets on loopback, in real time. Other programs may speak mDNS there too, so names are this
// process's own.
#include <thread>

#include <asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <otaru/host/discover.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/net/board_announcer.hpp>

namespace otaru::host {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kLoopback{"lo"};

std::string own_name() {
  return "Finder-" + std::to_string(getpid());
}

// A board that is announced from a thread of its own.
class FindBoard : public ::testing::Test {
 protected:
  void SetUp() override {
    net::Announcement announcement;
    announcement.name = own_name();
    announcement.port = 8123;
    announcement.txt = {{"board", "ameba_rtl8721d"}, {"otaru", "1"}};
    announcement.interfaces = kLoopback;
    announcer_.start(announcement, {});
    thread_ = std::thread([this] { io_.run(); });
  }

  void TearDown() override {
    io_.stop();
    thread_.join();
  }

  asio::io_context io_;
  net::BoardAnnouncer announcer_{io_};
  std::thread thread_;
};

TEST_F(FindBoard, GivesPortTxtAndAddressAsSoonAsTheyAreKnown) {
  const auto start = std::chrono::steady_clock::now();
  const auto board = find_board(own_name(), 30s, kLoopback);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s) << "it waited on although all was known";
  ASSERT_TRUE(board.has_value());
  EXPECT_EQ(board->name, own_name());
  EXPECT_EQ(board->host, own_name() + ".local");
  EXPECT_EQ(board->address, "127.0.0.1");
  EXPECT_EQ(board->port, 8123);
  EXPECT_EQ(board->board, "ameba_rtl8721d");
  EXPECT_TRUE(board->otaru);
  EXPECT_EQ(board->txt.at("otaru"), "1");
  EXPECT_EQ(board->label, own_name() + " at 127.0.0.1");
}

TEST_F(FindBoard, TakesTheHostNameAndCapitalsAsTheyCome) {
  std::string loud = own_name();
  for (char& letter : loud)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  for (const std::string& name : {loud, own_name() + ".local", own_name() + ".local.", loud + ".LOCAL"})
    EXPECT_TRUE(find_board(name, 10s, kLoopback).has_value()) << name;
}

TEST_F(FindBoard, GivesNothingForAnotherNameWhenTheTimeIsOver) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(find_board(own_name() + "-other", 300ms, kLoopback).has_value());
  EXPECT_GE(std::chrono::steady_clock::now() - start, 300ms);
}

TEST(FindBoardOn, AnInterfaceThatDoesNotExistIsBadInput) {
  EXPECT_THROW((void)find_board("MyAmeba", 300ms, {"no-such-interface"}), BadInput);
}

}  // namespace
}  // namespace otaru::host
