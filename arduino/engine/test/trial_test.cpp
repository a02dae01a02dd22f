// A new image on trial: confirmed, rejected, hanging, crashing.
#include "test_board.hpp"

namespace otaru::engine {
namespace {

struct EngineTrial : testing::Test {
  /// A board that has just taken an update and was reset.
  void SetUp() override {
    ASSERT_EQ(board.boot(), OTARU_STARTED);
    board.push_image(2);
    ASSERT_TRUE(board.wait_for_reset());
    ASSERT_EQ(board.boots(), flash::SlotId::ota2);
  }
  bool on_trial() { return otaru_engine_on_trial(board.engine.get()) == 1; }
  TestBoard board;
};

TEST_F(EngineTrial, ConfirmsByItselfOnceNetworkAndListenerAreUp) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_TRUE(board.told(OTARU_EVENT_ON_TRIAL));
  EXPECT_TRUE(on_trial());
  EXPECT_EQ(otaru_engine_slot(board.engine.get()), 1);
  EXPECT_TRUE(board.run([&] { return board.told(OTARU_EVENT_CONFIRMED); }, 1'000));
  EXPECT_FALSE(on_trial());
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_FALSE(on_trial()) << "confirmed for good";
}

TEST_F(EngineTrial, ConfirmsOnlyAfterTheTimeAskedForAndStartsItAnewWhenTheNetworkWasGone) {
  board.config.confirm_after_ms = 10'000;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.run_for(8'000);
  board.port.network = false;
  board.run_for(100);
  board.port.network = true;
  board.run_for(8'000);
  EXPECT_TRUE(on_trial());
  board.run_for(3'000);
  EXPECT_FALSE(on_trial());
}

TEST_F(EngineTrial, WaitsForTheSketchIfThatConfirms) {
  board.config.confirm_by_hand = 1;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.run_for(60'000);
  EXPECT_TRUE(on_trial());
  otaru_engine_confirm(board.engine.get());
  board.run_for(10);
  EXPECT_FALSE(on_trial());
  EXPECT_TRUE(board.port.logged("[trial] confirmed by the program"));
}

TEST_F(EngineTrial, RefusesUpdatesWhileOnTrialBecauseTheyWouldOverwriteTheFallBack) {
  board.config.confirm_by_hand = 1;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_NE(board.push_image(3).find("OTARU/1 error trial_pending"), std::string::npos);
  EXPECT_EQ(board.boots(), flash::SlotId::ota2);
}

TEST_F(EngineTrial, GoesBackToTheOldImageWhenTheSketchRejectsTheNewOne) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  otaru_engine_reject(board.engine.get());
  EXPECT_TRUE(board.wait_for_reset());
  EXPECT_EQ(board.boots(), flash::SlotId::ota1);
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_TRUE(board.told(OTARU_EVENT_ROLLED_BACK));
  EXPECT_EQ(otaru_engine_slot(board.engine.get()), 0);
  EXPECT_NE(board.push_image(2).find("OTARU/1 error rejected_before"), std::string::npos);
}

TEST_F(EngineTrial, GoesBackAfterThreeStartsThatNobodyConfirmed) {
  board.config.confirm_by_hand = 1;
  board.config.confirm_within_ms = 5'000;
  for (int start = 0; start < 3; ++start) {
    ASSERT_EQ(board.boot(), OTARU_STARTED) << start;
    EXPECT_TRUE(board.wait_for_reset(8'000)) << start;
  }
  EXPECT_TRUE(board.port.logged("[trial] not confirmed in time: resetting"));
  EXPECT_EQ(board.boot(), OTARU_RESETTING);
  EXPECT_EQ(board.port.resets, 1);
  EXPECT_EQ(board.boots(), flash::SlotId::ota1);
  EXPECT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_TRUE(board.port.logged("[trial] rolled back"));
}

TEST_F(EngineTrial, NeverConfirmsAnImageThatBreaksTheNetwork) {
  board.port.network = false;
  board.config.confirm_within_ms = 5'000;
  int starts = 0;
  while (board.boots() == flash::SlotId::ota2 && starts < 10) {
    ++starts;
    if (board.boot() == OTARU_STARTED) {
      ASSERT_TRUE(board.wait_for_reset(8'000));
    }
  }
  EXPECT_EQ(starts, 4) << "three tries, and the start that rolls back";
  EXPECT_EQ(board.boots(), flash::SlotId::ota1);
}

TEST_F(EngineTrial, LetsTheWatchdogResetASketchThatHangs) {
  board.config.watchdog_ms = 8'000;
  board.config.confirm_by_hand = 1;
  for (int start = 0; start < 3; ++start) {
    ASSERT_EQ(board.boot(), OTARU_STARTED);
    EXPECT_EQ(board.port.watchdog_ms, 8'000U);
    board.run_for(20'000);
    EXPECT_FALSE(board.port.watchdog_bites()) << "polls feed it";
    board.port.pass_ms(8'000);  // the sketch hangs
    EXPECT_TRUE(board.port.watchdog_bites());
  }
  EXPECT_EQ(board.boot_until_it_stays(), 2);
  EXPECT_EQ(board.boots(), flash::SlotId::ota1);
}

TEST_F(EngineTrial, StopsTheWatchdogOnceConfirmed) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_EQ(board.port.watchdog_ms, 30'000U);
  ASSERT_TRUE(board.run([&] { return board.told(OTARU_EVENT_CONFIRMED); }, 1'000));
  EXPECT_EQ(board.port.watchdog_ms, 0U);
}

TEST_F(EngineTrial, LeavesTheWatchdogToTheSketchIfAsked) {
  board.config.no_watchdog = 1;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_EQ(board.port.watchdog_ms, 0U);
}

TEST_F(EngineTrial, StopsTheWatchdogWhenStoppedAndArmsItAnewWhenStarted) {
  board.config.confirm_by_hand = 1;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  otaru_engine_stop(board.engine.get());
  EXPECT_EQ(board.port.watchdog_ms, 0U) << "nobody feeds it";
  EXPECT_TRUE(on_trial());
  board.config.watchdog_ms = 9'000;
  ASSERT_EQ(otaru_engine_start(board.engine.get(), &board.config), OTARU_STARTED);
  EXPECT_EQ(board.port.watchdog_ms, 9'000U);
}

TEST_F(EngineTrial, WritesAConfirmationThatWasAskedForBeforeItStops) {
  board.config.confirm_by_hand = 1;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  otaru_engine_confirm(board.engine.get());
  otaru_engine_stop(board.engine.get());
  EXPECT_FALSE(on_trial());
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_FALSE(on_trial()) << "confirmed for good";
}

TEST_F(EngineTrial, ConfirmsAndRejectsWhileItIsStopped) {
  board.config.confirm_by_hand = 1;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  otaru_engine_stop(board.engine.get());
  otaru_engine_reject(board.engine.get());
  EXPECT_TRUE(board.wait_for_reset());
  EXPECT_EQ(board.boots(), flash::SlotId::ota1);
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.push_image(3);
  ASSERT_TRUE(board.wait_for_reset());
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  otaru_engine_stop(board.engine.get());
  otaru_engine_confirm(board.engine.get());
  board.run_for(200);
  EXPECT_FALSE(on_trial());
}

TEST_F(EngineTrial, RemembersUntilTheNextStartWhatItWasAskedForWhileStopped) {
  board.config.confirm_by_hand = 1;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  otaru_engine_stop(board.engine.get());
  otaru_engine_confirm(board.engine.get());
  ASSERT_EQ(otaru_engine_start(board.engine.get(), &board.config), OTARU_STARTED);
  board.run_for(10);
  EXPECT_FALSE(on_trial());
}

TEST_F(EngineTrial, DoesNotTouchTheWatchdogOfAnImageThatIsNotOnTrial) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  ASSERT_TRUE(board.run([&] { return board.told(OTARU_EVENT_CONFIRMED); }, 1'000));
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.run_for(1'000);
  EXPECT_EQ(board.port.watchdog_ms, 0U);
}

TEST_F(EngineTrial, TriesAgainIfFlashDoesNotTakeTheConfirmation) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  const auto program = board.port.port().flash_program;
  board.port.port().flash_program = [](void*, std::uint32_t, const void*, std::size_t) { return -1; };
  board.run_for(1'500);
  EXPECT_TRUE(on_trial());
  board.port.port().flash_program = program;
  EXPECT_TRUE(board.run([&] { return !on_trial(); }, 2'000));
}

TEST_F(EngineTrial, BelievesThePortsWordForTheSlotThatRuns) {
  board.port.port().running_slot = [](void*) { return 1; };
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_EQ(otaru_engine_slot(board.engine.get()), 1);
}

TEST(EngineOnAModuleWith4Mb, TakesAnUpdateIntoOta2AndConfirmsItThoughThePortDoesNotKnowTheSlot) {
  TestBoard board(OTARU_LAYOUT_4MB_FACTORY);
  board.port.port().running_slot = [](void*) { return -1; };
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_EQ(otaru_engine_slot(board.engine.get()), 0);
  EXPECT_NE(board.push_image(2).find("OTARU/1 ok slot=OTA2"), std::string::npos);
  ASSERT_TRUE(board.wait_for_reset());
  ASSERT_EQ(board.boots(), flash::SlotId::ota2);
  ASSERT_EQ(board.boot(), OTARU_STARTED) << "no reset after the reset";
  EXPECT_EQ(otaru_engine_slot(board.engine.get()), 1);
  EXPECT_TRUE(board.run([&] { return board.told(OTARU_EVENT_CONFIRMED); }, 1'000));
  EXPECT_NE(board.push_image(3).find("OTARU/1 ok slot=OTA1"), std::string::npos);
}

TEST(EngineWithoutATrial, DoesNothingWhenAConfirmedImageIsRejected) {
  TestBoard board;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  otaru_engine_reject(board.engine.get());
  board.run_for(1'000);
  EXPECT_EQ(board.port.resets, 0);
  EXPECT_EQ(board.boots(), flash::SlotId::ota1);
}

}  // namespace
}  // namespace otaru::engine
