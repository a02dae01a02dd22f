// A whole push against boards of every manner. Nothing leaves loopback.
#include <algorithm>
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "push_fixture.hpp"

namespace otaru::host {
namespace {

using testing::HasSubstr;

TEST_F(PushClient, SendsTheAnnouncementAndTheFileAndBelievesTheBoardsOk) {
  const PushFile file = file_of(300'000);
  std::vector<std::byte> received;
  push::Announcement announcement;
  FakeBoard board([&](FakeConnection& connection) {
    received = connection.read_file();
    announcement = connection.announcement;
    connection.say("OTARU/1 progress 299968 299968\nOTARU/1 ok slot=OTA2 version=0x01020304\n");
    connection.wait_for_close();
  });
  const PushOutcome outcome = push_to({board.port()}, file);
  board.join();
  EXPECT_EQ(outcome.status, PushStatus::ok);
  EXPECT_EQ(outcome.slot, "OTA2");
  EXPECT_EQ(outcome.version, "0x01020304");
  EXPECT_EQ(received, file.bytes);
  EXPECT_EQ(announcement.sum, byte_sum(file.bytes));
  EXPECT_EQ(announcement.size, file.bytes.size());
  ASSERT_FALSE(watcher.seen.empty());
  EXPECT_EQ(watcher.seen.back().sent, file.bytes.size());
  EXPECT_EQ(watcher.seen.back().written, file.bytes.size()) << "all of the image is all of the file";
  EXPECT_FALSE(watcher.looked_again);
}

TEST_F(PushClient, ReadsAVerdictThatComesByteByByte) {
  FakeBoard board([](FakeConnection& connection) {
    connection.read_file();
    for (const char letter :
         std::string_view("OTARU/1 progress 5 10\r\nOTARU/1 ok slot=OTA1 version=0x00000001\n"))
      connection.say({&letter, 1});
    connection.wait_for_close();
  });
  const PushOutcome outcome = push_to(board);
  EXPECT_EQ(outcome.status, PushStatus::ok);
  EXPECT_EQ(outcome.slot, "OTA1");
}

TEST_F(PushClient, PassesOverGarbageAroundTheBoardsWords) {
  FakeBoard board([](FakeConnection& connection) {
    connection.say("hello\n\x1b[2J\nOTARU/1 progress x y\n\n" + std::string(5000, 'a') + "\n");
    connection.read_file();
    connection.say(std::string("\0\xFF\n", 3) + "OTARU/1 ok slot=OTA2 version=0x00000001\n");
    connection.wait_for_close();
  });
  EXPECT_EQ(push_to(board).status, PushStatus::ok);
}

TEST_F(PushClient, DoesNotTakeEndlessGarbageForLife) {
  limits.idle = 300ms;
  FakeBoard board([](FakeConnection& connection) {
    connection.read_file();
    const Clock::time_point end = Clock::now() + 30s;  // its silence ends sooner, or this test fails
    while (Clock::now() < end && connection.say("noise\n")) std::this_thread::sleep_for(20ms);
  });
  const PushOutcome outcome = push_to(board);
  EXPECT_EQ(outcome.code, "silent");
}

TEST_F(PushClient, TellsARefusalInTheBoardsWords) {
  FakeBoard board([](FakeConnection& connection) {
    connection.read_file();
    connection.say("OTARU/1 error image_sum the bytes of the image do not add up\n");
    connection.wait_for_close();
  });
  const PushOutcome outcome = push_to(board);
  EXPECT_EQ(outcome.status, PushStatus::refused);
  EXPECT_EQ(outcome.code, "image_sum");
  EXPECT_THAT(outcome.message, HasSubstr("the bytes of the image do not add up"));
}

// The board answers after the headers and closes on a megabyte that is still on its way.
TEST_F(PushClient, TellsARefusalFromALostConnectionThoughTheBoardClosesWhileItIsSending) {
  for (const bool resets : {false, true}) {
    FakeBoard board([resets](FakeConnection& connection) {
      connection.read(12 + 32);
      connection.say("OTARU/1 error image_length too long for the slot\n");
      resets ? connection.reset() : connection.close();
    });
    const PushOutcome outcome = push_to(board, 1'000'000);
    EXPECT_EQ(outcome.status, PushStatus::refused) << "reset: " << resets;
    EXPECT_EQ(outcome.code, "image_length");
  }
}

TEST_F(PushClient, StopsSendingWhenTheBoardRefusesAndLingers) {
  std::size_t dropped = 0;
  FakeBoard board([&dropped](FakeConnection& connection) {
    connection.read(12 + 32);
    connection.say("OTARU/1 error busy another update is being received\n");
    dropped = connection.read(4'000'000).size();
  });
  const PushOutcome outcome = push_to(board, 4'000'000);
  board.join();
  EXPECT_EQ(outcome.code, "busy");
  EXPECT_LT(dropped, 3'000'000u);
}

TEST_F(PushClient, CallsItLostWhenTheConnectionEndsBeforeAllIsSent) {
  for (const bool resets : {false, true}) {
    FakeBoard board([resets](FakeConnection& connection) {
      connection.read(50'000);
      resets ? connection.reset() : connection.close();
    });
    const PushOutcome outcome = push_to(board, 4'000'000);
    EXPECT_EQ(outcome.status, PushStatus::lost) << "reset: " << resets;
    EXPECT_THAT(outcome.message, HasSubstr("of 4,000,000 bytes"));
    EXPECT_FALSE(watcher.looked_again);
  }
}

TEST_F(PushClient, CallsItLostWhenABoardThatSpeaksClosesWithoutAVerdict) {
  FakeBoard board([](FakeConnection& connection) {
    connection.read_file();
    connection.say("OTARU/1 progress 10 20\nOTARU/1 ok slot=OT");
  });
  const PushOutcome outcome = push_to(board);
  EXPECT_EQ(outcome.status, PushStatus::lost);
  EXPECT_EQ(outcome.code, "closed");
}

TEST_F(PushClient, CallsItLostWhenABoardThatSpeaksFallsSilent) {
  limits.idle = 200ms;
  FakeBoard board([](FakeConnection& connection) {
    connection.read_file();
    connection.say("OTARU/1 progress 10 20\n");
    connection.wait_for_close();
  });
  const PushOutcome outcome = push_to(board);
  EXPECT_EQ(outcome.status, PushStatus::lost);
  EXPECT_EQ(outcome.code, "silent");
}

TEST_F(PushClient, FindsAStockBoardAgainThatOnlyCloses) {
  FakeBoard board([](FakeConnection& connection) { connection.read_file(); });
  const PushOutcome outcome = push_to(board, 800'000);
  EXPECT_EQ(outcome.status, PushStatus::unknown);
  EXPECT_THAT(outcome.message, HasSubstr("answers on the network"));
  EXPECT_TRUE(watcher.looked_again);
  ASSERT_FALSE(watcher.seen.empty());
  EXPECT_EQ(watcher.seen.back().sent, 800'000u);
  EXPECT_FALSE(watcher.seen.back().board_reports);
}

TEST_F(PushClient, SaysThatAStockBoardWasNotSeenAgain) {
  FakeBoard board([](FakeConnection& connection) { connection.read_file(); }, FakeBoard::After::stops);
  const PushOutcome outcome = push_to(board);
  EXPECT_EQ(outcome.status, PushStatus::unknown);
  EXPECT_THAT(outcome.message, HasSubstr("not seen on the network again"));
}

TEST_F(PushClient, LooksForAStockBoardThatResetsOrFallsSilentOnceItHasAll) {
  for (const bool resets : {false, true}) {
    for (const auto after : {FakeBoard::After::listens, FakeBoard::After::stops}) {
      limits.idle = 1000ms;
      FakeBoard board(
          [resets](FakeConnection& connection) {
            connection.read_file();
            if (resets) {
              // What it received has been acknowledged by the time the reset is sent.
              std::this_thread::sleep_for(50ms);
              connection.reset();
            } else {
              connection.wait_for_close();
            }
          },
          after);
      const PushOutcome outcome = push_to(board);
      EXPECT_EQ(outcome.code, resets ? "reset" : "silent");
      EXPECT_EQ(outcome.status, after == FakeBoard::After::listens ? PushStatus::unknown : PushStatus::lost);
    }
  }
}

TEST_F(PushClient, AsksMdnsForABoardThatMdnsFound) {
  mdns_name = "MyAmeba";
  std::string asked;
  finder = [&asked](const std::string& name, std::chrono::milliseconds) {
    asked = name;
    return std::optional<DiscoveredBoard>(DiscoveredBoard{});
  };
  FakeBoard board([](FakeConnection& connection) { connection.read_file(); }, FakeBoard::After::stops);
  const PushOutcome outcome = push_to(board);
  EXPECT_EQ(asked, "MyAmeba");
  EXPECT_EQ(outcome.status, PushStatus::unknown);
  EXPECT_THAT(outcome.message, HasSubstr("answers on the network"));
}

TEST_F(PushClient, GivesUpOnABoardWhoseWindowStaysClosed) {
  limits.idle = 300ms;
  std::promise<void> given_up;
  FakeBoard board([&](FakeConnection&) { given_up.get_future().wait_for(30s); }, FakeBoard::After::listens,
                  8192);
  const PushOutcome outcome = push_to(board, 4'000'000);
  given_up.set_value();
  EXPECT_EQ(outcome.status, PushStatus::lost);
  EXPECT_EQ(outcome.code, "silent");
}

TEST_F(PushClient, WaitsForABoardThatErasesBeforeItReads) {
  FakeBoard board(
      [](FakeConnection& connection) {
        std::this_thread::sleep_for(700ms);
        connection.read_file();
        connection.say("OTARU/1 ok slot=OTA2 version=0x00000001\n");
        connection.wait_for_close();
      },
      FakeBoard::After::listens, 8192);
  EXPECT_EQ(push_to(board, 1'000'000).status, PushStatus::ok);
}

TEST_F(PushClient, TriesTheNextPortWhenThePortBeforeIsRefused) {
  FakeBoard board([](FakeConnection& connection) {
    connection.read_file();
    connection.say("OTARU/1 ok slot=OTA2 version=0x00000001\n");
    connection.wait_for_close();
  });
  EXPECT_EQ(push_to({closed_port(), board.port()}, file_of(1000)).status, PushStatus::ok);
  EXPECT_EQ(watcher.connected_port, board.port());
}

TEST_F(PushClient, TriesEveryAddressOfAHost) {
  FakeBoard board([](FakeConnection& connection) {
    connection.read_file();
    connection.say("OTARU/1 ok slot=OTA2 version=0x00000001\n");
    connection.wait_for_close();
  });
  const BoardPlace place{"localhost", {"::1", "127.0.0.1"}, {board.port()}, {}};
  EXPECT_EQ(push(file_of(1000), place, limits, finder, watcher).status, PushStatus::ok);
}

TEST_F(PushClient, ThrowsNoBoardWhenEveryPortIsRefused) {
  try {
    (void)push_to({closed_port(), closed_port()}, file_of(1000));
    FAIL() << "nothing listens there";
  } catch (const NoBoard& failure) {
    EXPECT_EQ(failure.code(), "no_connection");
    EXPECT_THAT(failure.what(), HasSubstr("nothing listens"));
  }
}

// A listener whose queue is full drops what comes: to the uploader, an address where nobody is.
TEST_F(PushClient, ThrowsNoBoardWhenNobodyAnswersInTime) {
  limits.connect = 300ms;
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener, generic, size), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  ASSERT_EQ(::getsockname(listener, generic, &size), 0);
  std::vector<int> callers;
  for (int i = 0; i < 4; ++i) {
    callers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    (void)::connect(callers.back(), generic, size);
  }
  try {
    (void)push_to({ntohs(address.sin_port)}, file_of(1000));
    FAIL() << "nobody answers there";
  } catch (const NoBoard& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("did not answer"));
  }
  for (const int caller : callers) ::close(caller);
  ::close(listener);
}

TEST_F(PushClient, EndsWhenTheUserWantsToStop) {
  watcher.stop_at = Clock::now() + 200ms;
  FakeBoard board([](FakeConnection& connection) {
    connection.read_file();
    connection.wait_for_close();
  });
  const PushOutcome outcome = push_to(board);
  EXPECT_EQ(outcome.status, PushStatus::lost);
  EXPECT_EQ(outcome.code, "interrupted");
}

}  // namespace
}  // namespace otaru::host
