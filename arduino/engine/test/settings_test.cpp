// What an engine refuses to start with, and what it can do without.
#include "test_board.hpp"

namespace otaru::engine {
namespace {

struct EngineSettings : testing::Test {
  /// @return the reason on the console; empty if the board started
  std::string refused() {
    board.port.log.clear();
    const bool started = board.boot() == OTARU_STARTED;
    constexpr std::string_view kStart = "[Otaru] cannot start: ";
    for (const std::string& line : board.port.log)
      if (line.starts_with(kStart)) return started ? "it started all the same" : line.substr(kStart.size());
    return {};
  }
  TestBoard board;
};

TEST_F(EngineSettings, RefusesSettingsThatMakeNoSense) {
  board.config.name = "";
  EXPECT_EQ(board.boot(), OTARU_BAD_CONFIG);
  const std::string long_name(64, 'x');
  board.config.name = long_name.c_str();
  EXPECT_EQ(board.boot(), OTARU_BAD_CONFIG);
  board.config.name = "MyAmeba";
  board.config.tries = 9;
  EXPECT_EQ(board.boot(), OTARU_BAD_CONFIG);
  board.config.tries = 0;
  board.config.layout = 7;
  EXPECT_EQ(board.boot(), OTARU_BAD_CONFIG);
  EXPECT_TRUE(board.port.logged("[Otaru] cannot start: "));
  EXPECT_EQ(otaru_engine_poll(board.engine.get()), 100U) << "an engine that did not start does nothing";
}

struct Function {
  const char* name;
  std::function<void(otaru_port&)> take_away;
};

TEST_F(EngineSettings, RefusesAPortThatLacksAFunctionAndNamesIt) {
  const otaru_port whole = board.port.port();
  board.before_start = [](otaru_engine* engine) { otaru_engine_set_password(engine, "swordfish"); };
  ASSERT_EQ(refused(), "");
  const Function functions[] = {
      {"flash_read", [](otaru_port& port) { port.flash_read = nullptr; }},
      {"flash_program", [](otaru_port& port) { port.flash_program = nullptr; }},
      {"flash_erase_sector", [](otaru_port& port) { port.flash_erase_sector = nullptr; }},
      {"flash_erase_block", [](otaru_port& port) { port.flash_erase_block = nullptr; }},
      {"millis", [](otaru_port& port) { port.millis = nullptr; }},
      {"own_address", [](otaru_port& port) { port.own_address = nullptr; }},
      {"tcp_listen", [](otaru_port& port) { port.tcp_listen = nullptr; }},
      {"tcp_accept", [](otaru_port& port) { port.tcp_accept = nullptr; }},
      {"tcp_receive", [](otaru_port& port) { port.tcp_receive = nullptr; }},
      {"tcp_send", [](otaru_port& port) { port.tcp_send = nullptr; }},
      {"tcp_shutdown", [](otaru_port& port) { port.tcp_shutdown = nullptr; }},
      {"tcp_close", [](otaru_port& port) { port.tcp_close = nullptr; }},
      {"reset", [](otaru_port& port) { port.reset = nullptr; }},
      {"mdns_receive", [](otaru_port& port) { port.mdns_receive = nullptr; }},
      {"mdns_send", [](otaru_port& port) { port.mdns_send = nullptr; }},
      {"mdns_close", [](otaru_port& port) { port.mdns_close = nullptr; }},
      {"random", [](otaru_port& port) { port.random = nullptr; }},
      {"watchdog_feed", [](otaru_port& port) { port.watchdog_feed = nullptr; }},
      {"watchdog_stop", [](otaru_port& port) { port.watchdog_stop = nullptr; }},
  };
  for (const Function& function : functions) {
    board.port.port() = whole;
    function.take_away(board.port.port());
    EXPECT_EQ(refused(), std::string("the port has no ") + function.name);
    EXPECT_EQ(otaru_engine_poll(board.engine.get()), 100U) << function.name;
  }
  board.port.port() = whole;
  EXPECT_EQ(refused(), "");
}

TEST_F(EngineSettings, UpdatesWithThoseFunctionsAloneThatTheHeaderAsksFor) {
  otaru_port& port = board.port.port();
  port.running_slot = nullptr;
  port.mac = nullptr;
  port.random = nullptr;
  port.log = nullptr;
  port.mdns_open = nullptr;
  port.mdns_receive = nullptr;
  port.mdns_send = nullptr;
  port.mdns_close = nullptr;
  port.watchdog_start = nullptr;
  port.watchdog_feed = nullptr;
  port.watchdog_stop = nullptr;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_NE(board.push_image(2).find("OTARU/1 ok"), std::string::npos);
  ASSERT_TRUE(board.wait_for_reset());
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_EQ(otaru_engine_slot(board.engine.get()), 1) << "by the boot loader's rule";
  EXPECT_TRUE(board.run([&] { return board.told(OTARU_EVENT_CONFIRMED); }, 1'000));
}

TEST_F(EngineSettings, AsksForNoFunctionOfWhatIsSwitchedOff) {
  otaru_port& port = board.port.port();
  port.random = nullptr;
  port.mdns_send = nullptr;
  port.watchdog_stop = nullptr;
  board.config.no_mdns = 1;
  board.config.no_watchdog = 1;
  EXPECT_EQ(refused(), "");
}

TEST(EngineOnASmallPart, RefusesOneThatEndsBeforeTheLastSlotOfItsLayoutDoes) {
  for (const otaru_engine_layout layout : {OTARU_LAYOUT_2MB, OTARU_LAYOUT_4MB_FACTORY}) {
    TestBoard board(layout);
    board.port.port().flash_size = board.layout.ota2.end() - 1;
    EXPECT_EQ(board.boot(), OTARU_BAD_CONFIG);
    EXPECT_TRUE(
        board.port.logged("[Otaru] cannot start: the port's flash_size is too small for this flash layout"));
    board.port.port().flash_size = board.layout.ota2.end();
    EXPECT_EQ(board.boot(), OTARU_STARTED);
  }
}

}  // namespace
}  // namespace otaru::engine
