// Real lwIP at both ends: what otaru_engine.h says about connections holds.
#include "fixture.hpp"

namespace otaru::firmware {
namespace {

using ConnectionsTest = PortTest;

TEST_F(ConnectionsTest, BytesPassBothWaysAndTheSenderIsKnown) {
  listen();
  Sender sender(*wire, kTcpPort);
  sender.send("hello");
  wire->settle();
  otaru_peer from{};
  const int handle = port.tcp_accept(nullptr, listener, &from);
  ASSERT_GE(handle, 0);
  taken.push_back(handle);
  EXPECT_THAT(from.address, ::testing::ElementsAre(10, 0, 0, 1));
  EXPECT_EQ(from.port, sender.port());

  std::string got;
  EXPECT_EQ(receive_all(handle, got), OTARU_NOT_NOW);
  EXPECT_EQ(got, "hello");
  EXPECT_EQ(send(handle, "welcome"), 7);
  wire->settle();
  EXPECT_EQ(sender.received, "welcome");
}

TEST_F(ConnectionsTest, NobodyThereIsNotNow) {
  listen();
  EXPECT_EQ(accept(), OTARU_NOT_NOW);
}

TEST_F(ConnectionsTest, ASenderWaitsWhileTheEngineTakesNothingAndGoesOnWhenItDoes) {
  listen();
  const std::string file = file_of(50'000);
  Sender sender(*wire, kTcpPort);
  sender.send(file);
  const int handle = meet();
  wire->pass_ms(20'000);
  std::string got;
  ASSERT_GT(receive(handle, got, 1), 0);
  // It was given no more than the window, and its own lwIP keeps some of the rest.
  EXPECT_GE(sender.to_send.size(), file.size() - TCP_WND - TCP_SND_BUF);
  for (int i = 0; i < 200 && got.size() < file.size(); ++i) {
    EXPECT_EQ(receive_all(handle, got), OTARU_NOT_NOW);
    wire->pass_ms(500);
  }
  EXPECT_EQ(got, file);
}

TEST_F(ConnectionsTest, TheWindowOpensByWhatIsTakenAndNoMore) {
  listen();
  Sender sender(*wire, kTcpPort);
  sender.send(file_of(50'000));
  const int handle = meet();
  wire->pass_ms(20'000);
  std::string got;
  std::size_t most = 0;
  for (int round = 0; round < 5; ++round) {
    const std::size_t taken_before = got.size();
    while (got.size() < taken_before + TCP_WND && receive(handle, got, 100) > 0) continue;
    most = std::max(most, got.size() - taken_before);
    wire->pass_ms(5'000);
  }
  EXPECT_GE(got.size(), 4u * TCP_WND);
  EXPECT_LE(most, std::size_t{TCP_WND} + 100) << "more waited than a window holds";
}

TEST_F(ConnectionsTest, ASenderThatReadsNothingFillsOnlyItsShare) {
  listen();
  Sender sender(*wire, kTcpPort);
  sender.reads = false;
  const int handle = meet();
  const std::string line(100, 'x');
  std::size_t sent = 0;
  for (int i = 0; i < 1000; ++i) {
    const int taken_now = send(handle, line);
    if (taken_now == OTARU_NOT_NOW) break;
    ASSERT_GT(taken_now, 0);
    sent += static_cast<std::size_t>(taken_now);
    wire->settle();
  }
  EXPECT_EQ(send(handle, line), OTARU_NOT_NOW);
  EXPECT_LE(sent, std::size_t{TCP_WND} + TCP_SND_BUF);
  Sender other(*wire, kTcpPort);
  const int second = meet();
  EXPECT_EQ(send(second, "busy\n"), 5) << "the other senders have theirs";
  wire->settle();
  EXPECT_EQ(other.received, "busy\n");

  sender.read_on();
  wire->pass_ms(10'000);
  EXPECT_EQ(sender.received.size(), sent);
  EXPECT_EQ(send(handle, line), 100);
}

TEST_F(ConnectionsTest, AFileArrivesWholeThoughPacketsAreLost) {
  listen();
  int number = 0;
  int lost = 0;
  wire->loses = [&](const std::string&) { return ++number % 7 == 0 && ++lost > 0; };
  const std::string file = file_of(60'000);
  Sender sender(*wire, kTcpPort);
  sender.send(file);
  wire->pass_ms(5'000);
  const int handle = accept();
  ASSERT_GE(handle, 0);
  std::string got;
  std::string echoed;
  for (int i = 0; i < 3000 && echoed.size() < file.size(); ++i) {
    EXPECT_EQ(receive_all(handle, got), OTARU_NOT_NOW);
    const int taken_now = echoed.size() < got.size() ? send(handle, got.substr(echoed.size())) : 0;
    if (taken_now > 0) echoed.append(got, echoed.size(), static_cast<std::size_t>(taken_now));
    wire->pass_ms(100);
  }
  wire->pass_ms(60'000);
  wire->loses = nullptr;
  EXPECT_EQ(got, file);
  EXPECT_EQ(sender.received, file);
  EXPECT_GT(lost, 10) << "nothing was lost: the test would say nothing";
}

TEST_F(ConnectionsTest, FourAreServedAndFourMayWait) {
  listen();
  std::deque<Sender> senders;
  for (int i = 0; i < kConnections + kBacklog + 1; ++i) {
    senders.emplace_back(*wire, kTcpPort);
    wire->settle();
    if (i >= kConnections) continue;
    EXPECT_GE(accept(), 0) << i;
  }
  EXPECT_EQ(accept(), OTARU_NOT_NOW) << "a fifth was accepted";
  EXPECT_TRUE(senders[kConnections + kBacklog - 1].connected);
  wire->pass_ms(10'000);
  EXPECT_FALSE(senders.back().connected) << "the last one has to ask again";
  EXPECT_FALSE(senders.back().reset);

  close(taken.front());
  EXPECT_GE(accept(), 0) << "who waited longest";
  wire->pass_ms(30'000);
  EXPECT_TRUE(senders.back().connected);
}

TEST_F(ConnectionsTest, WhoWaitsLongestIsNext) {
  listen();
  Sender first(*wire, kTcpPort);
  wire->settle();
  Sender second(*wire, kTcpPort);
  wire->settle();
  otaru_peer from{};
  for (const Sender* sender : {&first, &second}) {
    taken.push_back(port.tcp_accept(nullptr, listener, &from));
    EXPECT_EQ(from.port, sender->port());
  }
}

TEST_F(ConnectionsTest, HandlesThatAreNoneAreGone) {
  listen();
  std::string got;
  for (const int handle : {-1, listener, 1, 8, 9, 1000}) {
    EXPECT_EQ(receive(handle, got), OTARU_GONE) << handle;
    EXPECT_EQ(send(handle, "x"), OTARU_GONE) << handle;
    port.tcp_shutdown(nullptr, handle);
  }
  port.tcp_close(nullptr, 1000);
  EXPECT_EQ((port.tcp_listen)(nullptr, 8021), OTARU_GONE) << "there is one listener";
}

}  // namespace
}  // namespace otaru::firmware
