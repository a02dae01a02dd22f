// A push to a board that refuses for the moment only.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "push_fixture.hpp"

namespace otaru::host {
namespace {

using PushWait = PushClient;

TEST_F(PushWait, TriesAgainWhileTheBoardRefusesForTheMoment) {
  for (const std::string code : {"busy", "trial_pending"}) {
    int served = 0;
    FakeBoard board(
        [&](FakeConnection& connection) {
          if (++served < 3) {
            connection.read(12 + 32);
            connection.say("OTARU/1 error " + code + " not now\n");
          } else {
            connection.read_file();
            connection.say("OTARU/1 ok slot=OTA2 version=0x1\n");
          }
          connection.wait_for_close();
        },
        FakeBoard::After::listens, 0, 3);
    limits.wait = 10s;
    watcher.waited_for.clear();
    EXPECT_EQ(push_to(board).status, PushStatus::ok) << code;
    EXPECT_EQ(watcher.waited_for, std::vector<std::string>{code}) << "said once";
    board.join();
    EXPECT_EQ(served, 3);
  }
}

TEST_F(PushWait, DoesNotTryAgainWhenTheFileIsRefusedOrItIsNotToWait) {
  for (const auto& [code, wait] : {std::pair{"image_sum", 10s}, std::pair{"busy", 0s}}) {
    int served = 0;
    FakeBoard board([&, code = code](FakeConnection& connection) {
      ++served;
      connection.read(12 + 32);
      connection.say(std::string("OTARU/1 error ") + code + " no\n");
      connection.wait_for_close();
    });
    limits.wait = wait;
    EXPECT_EQ(push_to(board).code, code);
    EXPECT_TRUE(watcher.waited_for.empty());
    board.join();
    EXPECT_EQ(served, 1);
  }
}

TEST_F(PushWait, GoesOnWaitingThroughTheResetOfABusyBoard) {
  FakeBoard board(
      [](FakeConnection& connection) {
        connection.read(12 + 32);
        connection.say("OTARU/1 error busy the reset is due\n");
        connection.wait_for_close();
      },
      FakeBoard::After::stops);
  limits.wait = 700ms;
  EXPECT_THROW(push_to(board), NoBoard) << "it stayed away, which is what to say";
  EXPECT_EQ(watcher.waited_for, std::vector<std::string>{"busy"});
}

// Where something in between accepts for the board, as an emulator's network does, its reset breaks
// connections.
TEST_F(PushWait, TriesAgainWhenTheResetOfABusyBoardBreaksTheConnection) {
  int served = 0;
  FakeBoard board(
      [&](FakeConnection& connection) {
        switch (++served) {
          case 1:
            connection.read(12 + 32);
            connection.say("OTARU/1 error busy the reset is due\n");
            connection.wait_for_close();
            break;
          case 2: connection.read(1000); return connection.reset();
          case 3: connection.read_file(); return connection.reset();
          default:
            connection.read_file();
            connection.say("OTARU/1 ok slot=OTA2 version=0x1\n");
            connection.wait_for_close();
        }
      },
      FakeBoard::After::listens, 0, 4);
  limits.wait = 20s;
  EXPECT_EQ(push_to(board).status, PushStatus::ok);
  EXPECT_EQ(watcher.waited_for, std::vector<std::string>{"busy"});
  EXPECT_FALSE(watcher.looked_again) << "a board that speaks gives its verdict itself";
  board.join();
  EXPECT_EQ(served, 4);
}

}  // namespace
}  // namespace otaru::host
