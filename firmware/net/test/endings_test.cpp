// How connections end: FIN either way, reset, silence; and what the engine's handle says then.
#include "fixture.hpp"

namespace otaru::firmware {
namespace {

using EndingsTest = PortTest;

TEST_F(EndingsTest, AFinIsReadBehindTheBytesAndTheBoardMayStillAnswer) {
  listen();
  Sender sender(*wire, kTcpPort);
  sender.send("all of it");
  wire->settle();
  sender.finish();
  const int handle = meet();
  std::string got;
  EXPECT_EQ(receive_all(handle, got), 0);
  EXPECT_EQ(got, "all of it");
  EXPECT_EQ(receive(handle, got), 0) << "and it stays so";
  EXPECT_EQ(send(handle, "OK\n"), 3);
  wire->settle();
  EXPECT_EQ(sender.received, "OK\n");
  close(handle);
  EXPECT_TRUE(sender.finished);
  EXPECT_FALSE(sender.reset);
}

TEST_F(EndingsTest, ShutdownSendsAFinBehindWhatWasSentAndReadingGoesOn) {
  listen();
  Sender sender(*wire, kTcpPort);
  const int handle = meet();
  EXPECT_EQ(send(handle, "done\n"), 5);
  port.tcp_shutdown(nullptr, handle);
  port.tcp_shutdown(nullptr, handle);  // twice is no harm
  wire->settle();
  EXPECT_EQ(sender.received, "done\n");
  EXPECT_TRUE(sender.finished);
  EXPECT_EQ(send(handle, "more"), OTARU_GONE);

  const std::string file = file_of(20'000);
  sender.send(file);
  std::string got;
  for (int i = 0; i < 100 && got.size() < file.size(); ++i) {
    EXPECT_EQ(receive_all(handle, got), OTARU_NOT_NOW);
    wire->pass_ms(500);
  }
  EXPECT_EQ(got, file);
  sender.finish();
  wire->settle();
  EXPECT_EQ(receive(handle, got), 0);
}

TEST_F(EndingsTest, AFinGoesOutBehindBytesThatAShutWindowKeepsBack) {
  listen();
  Sender sender(*wire, kTcpPort);
  sender.reads = false;
  const int handle = meet();
  std::string sent;
  const std::string line = file_of(1000);
  for (int taken_now = 0; (taken_now = send(handle, line)) > 0; wire->settle())
    sent.append(line, 0, static_cast<std::size_t>(taken_now));
  ASSERT_GT(sent.size(), std::size_t{TCP_WND});
  port.tcp_shutdown(nullptr, handle);
  close(handle);
  EXPECT_FALSE(sender.finished);
  sender.read_on();
  wire->pass_ms(20'000);
  EXPECT_EQ(sender.received, sent);
  EXPECT_TRUE(sender.finished);
}

// lwIP frees the pcb of a connection closed both ways without a word, up to two minutes later.
TEST_F(EndingsTest, AHandleClosedBothWaysOutlivesWhatLwipHadForIt) {
  for (const bool board_first : {true, false}) {
    if (listener < 0) listen();
    Sender sender(*wire, kTcpPort);
    sender.send("last words");
    const int handle = meet();
    if (board_first) port.tcp_shutdown(nullptr, handle);
    wire->settle();
    sender.finish();
    wire->settle();
    if (!board_first) port.tcp_shutdown(nullptr, handle);
    wire->settle();
    wire->pass_ms(5 * 60 * 1000);
    std::string got;
    EXPECT_EQ(receive_all(handle, got), 0);
    EXPECT_EQ(got, "last words");
    EXPECT_EQ(send(handle, "x"), OTARU_GONE);
    close(handle);
  }
}

TEST_F(EndingsTest, BothFinsMayCrossOnTheWay) {
  listen();
  Sender sender(*wire, kTcpPort);
  const int handle = meet();
  port.tcp_shutdown(nullptr, handle);
  sender.finish();
  wire->settle();
  wire->pass_ms(5 * 60 * 1000);
  std::string got;
  EXPECT_EQ(receive(handle, got), 0);
  EXPECT_TRUE(sender.finished);
}

TEST_F(EndingsTest, WhatCameBeforeAResetIsReadThenTheHandleIsGone) {
  listen();
  Sender sender(*wire, kTcpPort);
  sender.send("the end of a file");
  const int handle = meet();
  sender.abort();
  wire->settle();
  EXPECT_EQ(send(handle, "x"), OTARU_GONE);
  std::string got;
  EXPECT_EQ(receive_all(handle, got), OTARU_GONE);
  EXPECT_EQ(got, "the end of a file");
  port.tcp_shutdown(nullptr, handle);

  Sender next(*wire, kTcpPort);
  const int other = meet();
  EXPECT_NE(other, handle) << "a handle is given out anew only after its close";
  EXPECT_EQ(receive(handle, got), OTARU_GONE);
}

TEST_F(EndingsTest, AFinBeforeAResetStillEndsTheFile) {
  listen();
  Sender sender(*wire, kTcpPort);
  sender.send("whole");
  const int handle = meet();
  sender.finish();
  wire->settle();
  sender.abort();
  wire->settle();
  std::string got;
  EXPECT_EQ(receive_all(handle, got), 0);
  EXPECT_EQ(got, "whole");
  EXPECT_EQ(send(handle, "x"), OTARU_GONE);
}

TEST_F(EndingsTest, WhoLeavesBeforeItIsAcceptedWasNeverThere) {
  listen();
  {
    Sender sender(*wire, kTcpPort);
    sender.send("knock");
    wire->settle();
    EXPECT_TRUE(sender.connected);
  }
  wire->settle();
  EXPECT_EQ(accept(), OTARU_NOT_NOW);
}

TEST_F(EndingsTest, ClosingWithUnreadBytesStillBringsTheLastLine) {
  listen();
  Sender sender(*wire, kTcpPort);
  sender.send(file_of(3'000));
  const int handle = meet();
  EXPECT_EQ(send(handle, "refused\n"), 8);
  close(handle);
  EXPECT_EQ(sender.received, "refused\n");
  EXPECT_TRUE(sender.finished);
  EXPECT_FALSE(sender.reset);
}

TEST_F(EndingsTest, AnEndThatFallsSilentIsGoneWhenItDoesNotAcknowledge) {
  listen();
  Sender sender(*wire, kTcpPort);
  const int handle = meet();
  wire->loses = [](const std::string&) { return true; };
  EXPECT_EQ(send(handle, "are you there?"), 14);
  std::string got;
  EXPECT_EQ(receive(handle, got), OTARU_NOT_NOW);
  wire->pass_ms(25 * 60 *
                1000);  // nine repetitions from lwIP's first 3 s, if it measured no round trip before
  EXPECT_EQ(receive(handle, got), OTARU_GONE);
  EXPECT_EQ(send(handle, "x"), OTARU_GONE);
}

TEST_F(EndingsTest, ClosingTheListenerEndsWhoWaitsAndLeavesWhoWasAccepted) {
  listen();
  Sender served(*wire, kTcpPort);
  const int handle = meet();
  Sender waiting(*wire, kTcpPort);
  wire->settle();
  close(listener);
  EXPECT_TRUE(waiting.finished);
  EXPECT_EQ(accept(), OTARU_GONE);
  EXPECT_EQ(send(handle, "still here"), 10);
  wire->settle();
  EXPECT_EQ(served.received, "still here");

  listen();  // at once, on the same port
  Sender later(*wire, kTcpPort);
  EXPECT_NE(meet(), handle);
}

// Connections that are closed but not over must not keep new ones out, however many there are.
TEST_F(EndingsTest, AHundredInARowAreServed) {
  listen();
  for (int i = 0; i < 100; ++i) {
    Sender sender(*wire, kTcpPort);
    sender.reads = i % 3 != 0;
    const int handle = meet();
    ASSERT_GE(handle, 0) << i;
    for (int line = 0; line < 10 && send(handle, std::string(700, 'x')) > 0; ++line) wire->settle();
    if (i % 2 == 0) port.tcp_shutdown(nullptr, handle);
    close(handle);
  }
}

TEST_F(EndingsTest, ClosedOnesWhosePeersFellSilentGiveWayToNewOnes) {
  listen();
  for (int i = 0; i < 2 * MEMP_NUM_TCP_PCB; ++i) {
    Sender sender(*wire, kTcpPort);
    const int handle = meet();
    ASSERT_GE(handle, 0) << i;
    wire->loses = [](const std::string&) { return true; };
    ASSERT_EQ(send(handle, "goodbye"), 7) << i;
    close(handle);
    sender.abort();
    wire->loses = nullptr;
  }
}

}  // namespace
}  // namespace otaru::firmware
