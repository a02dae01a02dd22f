// Whole updates through the engine, in virtual time.
#include "test_board.hpp"

namespace otaru::engine {
namespace {

using testing::Test;

struct EngineUpdate : Test {
  TestBoard board;
};

TEST_F(EngineUpdate, TakesAWholeUpdateAndResetsIntoIt) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  const std::string said = board.push_image(2);
  EXPECT_NE(said.find("OTARU/1 ok slot=OTA2 version=0x01020304\n"), std::string::npos) << said;
  EXPECT_TRUE(board.wait_for_reset());
  EXPECT_EQ(board.boots(), flash::SlotId::ota2);
}

TEST_F(EngineUpdate, TellsTheSketchStartProgressAndEndInThisOrder) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.push_image(2);
  std::vector<otaru_engine_event> order;
  std::uint32_t written = 0;
  for (const otaru_news& news : board.news) {
    if (order.empty() || order.back() != news.event) order.push_back(news.event);
    if (news.event != OTARU_EVENT_PROGRESS) continue;
    EXPECT_GE(news.written, written);
    EXPECT_EQ(news.total, kImageSize);
    written = news.written;
  }
  EXPECT_EQ(order,
            (std::vector{OTARU_EVENT_LISTENING, OTARU_EVENT_START, OTARU_EVENT_PROGRESS, OTARU_EVENT_END}));
  EXPECT_EQ(written, kImageSize);
}

TEST_F(EngineUpdate, PrintsTheStockLinesOnTheConsole) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.push_image(2);
  const std::vector<std::string> expected{
      "Start mDNS service",
      "register mDNS service",
      "Listening on port 8020.",
      "Waiting for client ...",
      "[syncOTAAddr] OTA_INDEX_1 will be upgraded (OTA2, asked by 192.0.2.9)",
      "Erase is ongoing...",
      "Update file size: 98304 bytes, start addr:08106000",
      "OTA image(08106000) checksum ok!!!",
      "[change_ota_signature] Update OTA success!",
      "[beginOTA] Ready to reboot",
      "[beginOTA] Update task exit"};
  for (const std::string& line : expected) EXPECT_TRUE(board.port.logged(line)) << line;
}

TEST_F(EngineUpdate, UpdatesAgainAfterTheNewImageWasConfirmed) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.push_image(2);
  ASSERT_TRUE(board.wait_for_reset());
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  ASSERT_TRUE(board.run([&] { return board.told(OTARU_EVENT_CONFIRMED); }));
  const std::string said = board.push_image(3);
  EXPECT_NE(said.find("OTARU/1 ok slot=OTA1"), std::string::npos) << said;
  ASSERT_TRUE(board.wait_for_reset());
  EXPECT_EQ(board.boots(), flash::SlotId::ota1);
}

TEST_F(EngineUpdate, SurvivesAFailedAttemptAndTakesTheNextAtOnce) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  std::string broken = made_push(board::make_sample_image(kImageSize, 2));
  broken[5000] = static_cast<char>(broken[5000] ^ 1);
  EXPECT_NE(board.push(broken).find("OTARU/1 error announced_sum"), std::string::npos);
  EXPECT_EQ(board.error_code(), "announced_sum");
  EXPECT_NE(board.push_image(2).find("OTARU/1 ok"), std::string::npos);
}

TEST_F(EngineUpdate, SurvivesSenders) {
  const std::string good = made_push(board::make_sample_image(kImageSize, 2));
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  int attempts = 0;
  for (const std::size_t sent :
       {std::size_t{0}, std::size_t{5}, std::size_t{12}, std::size_t{60}, std::size_t{40'000}}) {
    const int handle = board.port.connect();
    board.port.wires[handle].to_board = good.substr(0, sent);
    board.run_for(50);
    (attempts % 2 == 0 ? board.port.wires[handle].closed : board.port.wires[handle].gone) = true;
    EXPECT_TRUE(board.run([&] { return board.hung_up(handle); }, 5'000)) << sent << " bytes";
    ++attempts;
  }
  EXPECT_EQ(attempts, 5);
  EXPECT_NE(board.push(good).find("OTARU/1 ok"), std::string::npos);
}

TEST_F(EngineUpdate, SendsASilentSenderAwayInTheEnd) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  const std::string said = board.push("", 20'000);
  EXPECT_NE(said.find("OTARU/1 error timed_out"), std::string::npos) << said;
}

TEST_F(EngineUpdate, LetsAnHonestSenderInThoughSilentOnesTakeEverySeat) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  for (int i = 0; i < 6; ++i) board.port.connect();
  EXPECT_NE(board.push_image(2).find("OTARU/1 ok"), std::string::npos);
}

TEST_F(EngineUpdate, TellsASecondSenderThatItIsBusy) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  const std::string good = made_push(board::make_sample_image(kImageSize, 2));
  const int first = board.port.connect();
  board.port.wires[first].to_board = good.substr(0, good.size() / 2);
  ASSERT_TRUE(board.run([&] { return otaru_engine_updating(board.engine.get()) == 1; }));
  EXPECT_NE(board.push(good).find("OTARU/1 error busy"), std::string::npos);
  board.port.wires[first].to_board += good.substr(good.size() / 2);
  EXPECT_TRUE(board.run([&] { return board.hung_up(first); }));
  EXPECT_NE(board.port.wires[first].from_board.find("OTARU/1 ok"), std::string::npos);
}

// So that an uploader that waits for the board goes on waiting: a closed port says that there is nothing to
// wait for.
TEST_F(EngineUpdate, TellsWhoeverComesBeforeTheResetThatItIsBusy) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.push_image(2);
  ASSERT_TRUE(board.run([&] { return otaru_engine_listening(board.engine.get()) == 0; }));
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(board.push(made_push(board::make_sample_image(kImageSize, 3)), 100).find("OTARU/1 error busy"),
              std::string::npos);
    EXPECT_EQ(board.port.resets, 0);
  }
  const int silent = board.port.connect();
  EXPECT_TRUE(board.wait_for_reset());
  EXPECT_TRUE(board.port.wires[silent].board_closed);
  EXPECT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_EQ(board.boots(), flash::SlotId::ota2);
}

TEST_F(EngineUpdate, SaysTheVerdictToASenderThatReadsLate) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  const int handle = board.port.connect();
  Wire& wire = board.port.wires[handle];
  wire.window = 0;
  wire.to_board = made_push(board::make_sample_image(kImageSize, 2));
  ASSERT_TRUE(board.run([&] { return board.told(OTARU_EVENT_END); }));
  EXPECT_FALSE(wire.heard_fin);
  wire.window = SIZE_MAX;
  ASSERT_TRUE(board.run([&] { return board.hung_up(handle); }));
  EXPECT_NE(wire.from_board.find("OTARU/1 ok"), std::string::npos);
  EXPECT_TRUE(wire.heard_fin);
}

TEST_F(EngineUpdate, DoesNotStartAnewWhileTheResetIsDue) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.push_image(2);
  ASSERT_TRUE(board.told(OTARU_EVENT_END));
  ASSERT_TRUE(board.run([&] { return otaru_engine_listening(board.engine.get()) == 0; }));
  EXPECT_EQ(otaru_engine_start(board.engine.get(), &board.config), OTARU_RESETTING);
  EXPECT_TRUE(board.wait_for_reset());
}

// What `Otaru.poll()` promises: at most one erase, with the page programs of one step.
TEST_F(EngineUpdate, BlocksForOneEraseAtMostInEachPoll) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  const int handle = board.port.connect();
  board.port.wires[handle].to_board = made_push(board::make_sample_image(700 * 1024, 2));
  std::uint64_t polls = 0;
  while (!board.hung_up(handle) && polls < 100'000) {
    const auto before = board.part.statistics();
    otaru_engine_poll(board.engine.get());
    const auto after = board.part.statistics();
    ASSERT_LE(after.sector_erases + after.block_erases, before.sector_erases + before.block_erases + 1);
    ASSERT_LE(after.programs, before.programs + 24);
    board.port.pass_ms(1);
    ++polls;
  }
  EXPECT_GT(polls, 400U);
  EXPECT_TRUE(board.told(OTARU_EVENT_END));
}

TEST_F(EngineUpdate, TouchesNothingOutsideTheOtherSlot) {
  const std::vector<std::byte> before = board.store;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.push_image(2);
  ASSERT_TRUE(board.told(OTARU_EVENT_END));
  const flash::Slot& other = flash::kAmebaD2Mb.ota2;
  std::size_t compared = 0;
  for (std::size_t at = 0; at < before.size(); ++at) {
    if (at >= other.offset && at < other.end()) continue;
    ASSERT_EQ(board.store[at], before[at]) << at;
    ++compared;
  }
  EXPECT_GT(compared, 1'000'000U);
}

}  // namespace
}  // namespace otaru::engine
