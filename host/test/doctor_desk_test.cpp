#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor_checks.hpp"

namespace otaru::host {
namespace {

using ::testing::HasSubstr;

using State = IdeFinding::State;

Verdict verdict_of(State state) {
  return check_ide({{"AmebaD/3.1.9", state, "words"}}).at(0).verdict;
}

TEST(DoctorDesk, APackageIsJudgedByItsState) {
  EXPECT_EQ(verdict_of(State::installed), Verdict::fine);
  EXPECT_EQ(verdict_of(State::not_installed), Verdict::warning);
  EXPECT_EQ(verdict_of(State::out_of_date), Verdict::warning);
  EXPECT_EQ(verdict_of(State::damaged), Verdict::wrong);
}

TEST(DoctorDesk, EachPackageHasACheckWithItsWords) {
  const std::vector<Check> checks =
      check_ide({{"a", State::installed, ""}, {"b", State::damaged, "half is gone"}});
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_THAT(checks[1].message, HasSubstr("half is gone"));
  EXPECT_THAT(checks[1].advice, HasSubstr("otaru ide install"));
}

TEST(DoctorDesk, NoPackageIsNoFault) {
  EXPECT_EQ(check_ide({}).at(0).verdict, Verdict::unknown);
}

SerialFinding port(std::string path) {
  return {std::move(path), "CP2102", true, "", std::vector<std::string>{}};
}

TEST(DoctorDesk, APortThatMayBeOpenedIsFine) {
  const std::vector<Check> checks = check_serial({port("/dev/ttyUSB0")}, {});
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_EQ(checks[0].verdict, Verdict::fine);
  EXPECT_THAT(checks[0].message, HasSubstr("CP2102"));
  EXPECT_THAT(checks[0].subject, HasSubstr("/dev/ttyUSB0"));
}

TEST(DoctorDesk, APortWithoutPermissionIsAWarningAndWrongIfAskedFor) {
  SerialFinding closed = port("/dev/ttyUSB0");
  closed.may_open = false;
  closed.why_not = "permission denied";
  EXPECT_EQ(check_serial({closed}, {}).at(0).verdict, Verdict::warning);
  const Check asked = check_serial({closed}, {"/dev/ttyUSB0"}).at(0);
  EXPECT_EQ(asked.verdict, Verdict::wrong);
  EXPECT_THAT(asked.message, HasSubstr("permission denied"));
}

TEST(DoctorDesk, APortThatAnotherProgramHasIsToldWithIt) {
  SerialFinding taken = port("/dev/ttyUSB0");
  taken.holders = {"minicom (process 7)"};
  const Check check = check_serial({taken}, {}).at(0);
  EXPECT_EQ(check.verdict, Verdict::warning);
  EXPECT_THAT(check.message, HasSubstr("minicom (process 7)"));
  taken.holders = {"ModemManager (process 8)"};
  EXPECT_THAT(check_serial({taken}, {}).at(0).advice, HasSubstr("by itself"));
}

TEST(DoctorDesk, WhereHoldersAreNotKnownThatIsSaid) {
  SerialFinding dark = port("COM3");
  dark.holders.reset();
  EXPECT_THAT(check_serial({dark}, {}).at(0).message, HasSubstr("not known"));
}

TEST(DoctorDesk, AnAskedPortThatIsNotThereIsWrongAndOthersAreNotShown) {
  const std::vector<Check> checks = check_serial({port("/dev/ttyUSB0")}, {"/dev/ttyUSB1"});
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_EQ(checks[0].verdict, Verdict::wrong);
}

TEST(DoctorDesk, NoPortIsNoFault) {
  EXPECT_EQ(check_serial({}, {}).at(0).verdict, Verdict::unknown);
}

}  // namespace
}  // namespace otaru::host
