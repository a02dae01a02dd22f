#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor_checks.hpp"

namespace otaru::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Patient patient(bool otaru, std::map<std::string, std::string> txt = {}, bool asked = true) {
  DiscoveredBoard board;
  board.name = "MyAmeba";
  board.address = "192.0.2.7";
  board.port = otaru ? 8020 : 5000;
  board.board = "ameba_rtl8721d";
  board.otaru = otaru;
  board.txt = std::move(txt);
  return {"MyAmeba at 192.0.2.7", board.address, board, {}, asked};
}

Patient unseen() {
  return {"192.0.2.7", "192.0.2.7", {}, {}, true};
}

TEST(DoctorBoard, ABoardOfOursIsFineAStockOneAWarningAndASilentOneUnknown) {
  const Check ours = check_kind(patient(true, {{"ver", "1.2.0"}}));
  EXPECT_EQ(ours.verdict, Verdict::fine);
  EXPECT_THAT(ours.message, HasSubstr("1.2.0"));
  EXPECT_EQ(check_kind(patient(false)).verdict, Verdict::warning);
  EXPECT_THAT(check_kind(patient(false)).message, HasSubstr("cannot be told apart"));
  EXPECT_EQ(check_kind(unseen()).verdict, Verdict::unknown);
}

TEST(DoctorBoard, AnOpenPortIsFine) {
  const Check check = check_open_port(patient(true), 8020, Knock::open);
  EXPECT_EQ(check.verdict, Verdict::fine);
  EXPECT_THAT(check.message, AllOf(HasSubstr("8020"), Not(HasSubstr("stock"))));
}

TEST(DoctorBoard, AnOpenPortOfAnUnknownBoardIsToldToBeUsedUpIfItIsStock) {
  EXPECT_THAT(check_open_port(unseen(), 8082, Knock::open).message, HasSubstr("used up"));
}

TEST(DoctorBoard, ARefusalSilenceAndNoWayAreWrongAndDifferent) {
  const Check refused = check_open_port(patient(true), 8020, Knock::refused);
  const Check silent = check_open_port(patient(true), 8020, Knock::timed_out);
  const Check no_way = check_open_port(patient(true), 8020, Knock::unreachable);
  for (const Check& check : {refused, silent, no_way})
    EXPECT_EQ(check.verdict, Verdict::wrong) << check.message;
  EXPECT_THAT(refused.message, HasSubstr("nothing listens on port 8020"));
  EXPECT_THAT(silent.message, HasSubstr("no answer within 3 s"));
  EXPECT_THAT(silent.advice, HasSubstr("firewall"));
  EXPECT_THAT(no_way.message, HasSubstr("no way"));
}

TEST(DoctorBoard, ABoardThatNobodyAskedForIsNeverWrong) {
  const Patient other = patient(true, {}, false);
  EXPECT_EQ(check_open_port(other, 8020, Knock::refused).verdict, Verdict::warning);
  EXPECT_EQ(check_open_port(other, 8020, Knock::timed_out).verdict, Verdict::warning);
  EXPECT_EQ(check_reach(other, 5000, Knock::timed_out).verdict, Verdict::warning);
}

TEST(DoctorBoard, WhoRefusesAPortIsReachableAndWhereItListensIsNotTried) {
  const Check check = check_reach(patient(false), 5000, Knock::refused);
  EXPECT_EQ(check.verdict, Verdict::unknown);
  EXPECT_THAT(check.message, HasSubstr("serves one connection"));
  EXPECT_THAT(check.advice, HasSubstr("192.0.2.7:8020"));
  EXPECT_EQ(check_reach(unseen(), 9, Knock::timed_out).verdict, Verdict::wrong);
  EXPECT_EQ(check_reach(unseen(), 9, Knock::unreachable).verdict, Verdict::wrong);
}

TEST(DoctorBoard, AnAnnouncedPortWhereNothingListensIsAWarning) {
  const Check check = check_advertised_port(patient(false), Knock::refused);
  EXPECT_EQ(check.verdict, Verdict::warning);
  EXPECT_THAT(check.message, HasSubstr("port 5000"));
  EXPECT_EQ(check_advertised_port(patient(false), Knock::open).verdict, Verdict::fine);
}

TEST(DoctorBoard, APasswordIsFineAndNoneAWarning) {
  EXPECT_EQ(check_password(patient(true, {{"auth_upload", "yes"}})).verdict, Verdict::fine);
  EXPECT_THAT(check_password(patient(true, {{"auth_upload", "yes"}})).advice, HasSubstr("--password-file"));
  EXPECT_EQ(check_password(patient(true, {{"auth_upload", "no"}})).verdict, Verdict::warning);
}

TEST(DoctorBoard, WhetherABoardWithoutOtarusEntryHasAPasswordIsNotKnownUnlessItSaysYes) {
  const Check check = check_password(patient(false, {{"auth_upload", "no"}}));
  EXPECT_EQ(check.verdict, Verdict::unknown);
  EXPECT_THAT(check.message, HasSubstr("stock"));
  EXPECT_EQ(check_password(patient(false, {{"auth_upload", "yes"}})).verdict, Verdict::fine);
  EXPECT_EQ(check_password(patient(true)).verdict, Verdict::unknown);
}

TEST(DoctorBoard, OfABoardInOta2ItTellsThatASerialUploadWouldNotShow) {
  const Check check = check_slot(patient(true, {{"slot", "OTA2"}}));
  EXPECT_EQ(check.verdict, Verdict::fine);
  EXPECT_THAT(check.message, AllOf(HasSubstr("OTA2 would keep booting"), HasSubstr("Erase Flash")));
  EXPECT_EQ(check_slot(patient(true, {{"slot", "OTA1"}})).verdict, Verdict::fine);
  EXPECT_EQ(check_slot(patient(false)).verdict, Verdict::unknown);
}

TEST(DoctorBoard, ABoardThatThePackageDoesNotKnowIsAWarning) {
  EXPECT_EQ(check_board_id(patient(true)).verdict, Verdict::fine);
  Patient other = patient(true);
  other.seen->board = "ameba_z\x1b[2J";
  EXPECT_EQ(check_board_id(other).verdict, Verdict::warning);
  EXPECT_THAT(check_board_id(other).message, Not(HasSubstr("\x1b")));
  other.seen->board.clear();
  EXPECT_EQ(check_board_id(other).verdict, Verdict::warning);
}

}  // namespace
}  // namespace otaru::host
