// The network comes, goes and fails; the engine is there when it is.
#include "test_board.hpp"

namespace otaru::engine {
namespace {

struct EngineNetwork : testing::Test {
  bool listening() { return otaru_engine_listening(board.engine.get()) == 1; }
  TestBoard board;
};

TEST_F(EngineNetwork, StartsWithoutANetworkAndListensWhenItComes) {
  board.port.network = false;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.run_for(30'000);
  EXPECT_EQ(board.port.listens, 0) << "a socket before there is a network may crash a real board";
  EXPECT_FALSE(listening());
  board.port.network = true;
  EXPECT_TRUE(board.run([&] { return listening(); }, 1'000));
  EXPECT_TRUE(board.told(OTARU_EVENT_LISTENING));
  EXPECT_NE(board.push_image(2).find("OTARU/1 ok"), std::string::npos);
}

TEST_F(EngineNetwork, ListensOnPort8020OrOnTheOneAskedFor) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  ASSERT_TRUE(board.run([&] { return listening(); }, 1'000));
  EXPECT_EQ(board.port.listen_port, 8020);
  board.config.port = 8082;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  ASSERT_TRUE(board.run([&] { return listening(); }, 1'000));
  EXPECT_EQ(board.port.listen_port, 8082);
}

TEST_F(EngineNetwork, TriesAgainEverySecondIfListeningFails) {
  board.port.listen_fails = true;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.run_for(10'000);
  EXPECT_GE(board.port.listens, 8);
  EXPECT_LE(board.port.listens, 12);
  EXPECT_TRUE(board.port.logged("Cannot listen on port 8020"));
  board.port.listen_fails = false;
  EXPECT_TRUE(board.run([&] { return listening(); }, 2'000));
  EXPECT_NE(board.push_image(2).find("OTARU/1 ok"), std::string::npos);
}

TEST_F(EngineNetwork, ListensAnewIfTheListenerBreaks) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  ASSERT_TRUE(board.run([&] { return listening(); }, 1'000));
  board.port.accept_breaks = true;
  ASSERT_TRUE(board.run([&] { return !listening(); }, 1'000));
  board.port.accept_breaks = false;
  EXPECT_TRUE(board.run([&] { return listening(); }, 2'000));
}

TEST_F(EngineNetwork, GivesAnUpdateUpWhoseNetworkDiesAndTakesTheNext) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  const std::string good = made_push(board::make_sample_image(kImageSize, 2));
  const int handle = board.port.connect();
  board.port.wires[handle].to_board = good.substr(0, good.size() / 2);
  ASSERT_TRUE(board.run([&] { return otaru_engine_updating(board.engine.get()) == 1; }));
  board.port.network = false;
  EXPECT_TRUE(board.run([&] { return otaru_engine_updating(board.engine.get()) == 0; }, 25'000));
  EXPECT_EQ(board.error_code(), "timed_out");
  board.port.network = true;
  EXPECT_NE(board.push(good).find("OTARU/1 ok"), std::string::npos);
}

TEST_F(EngineNetwork, SaysNothingOfWhoOnlyKnocks) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  const int polite = board.port.connect();
  board.port.wires[polite].closed = true;
  const int rude = board.port.connect();
  board.port.wires[rude].gone = true;
  EXPECT_TRUE(board.run([&] { return board.hung_up(polite) && board.hung_up(rude); }));
  EXPECT_FALSE(board.told(OTARU_EVENT_ERROR));
  EXPECT_FALSE(board.port.logged("Refused"));
  EXPECT_NE(board.push("?").find("OTARU/1 error"), std::string::npos);
  EXPECT_TRUE(board.told(OTARU_EVENT_ERROR)) << "one byte is an attempt";
}

TEST_F(EngineNetwork, StopsAndStartsAgainWithoutMarkingAnotherTry) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.push_image(2);
  ASSERT_TRUE(board.wait_for_reset());
  board.config.confirm_by_hand = 1;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  ASSERT_TRUE(board.run([&] { return listening(); }, 1'000));
  const std::uint64_t programs = board.part.statistics().programs;
  otaru_engine_stop(board.engine.get());
  EXPECT_FALSE(board.port.listening);
  EXPECT_FALSE(board.port.mdns_open);
  ASSERT_EQ(otaru_engine_start(board.engine.get(), &board.config), OTARU_STARTED);
  EXPECT_TRUE(board.run([&] { return listening(); }, 1'000));
  EXPECT_EQ(board.part.statistics().programs, programs);
  EXPECT_EQ(otaru_engine_on_trial(board.engine.get()), 1);
}

}  // namespace
}  // namespace otaru::engine
