#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/monitor.hpp>

#include "scripted_port.hpp"

namespace otaru::host {
namespace {

using ::testing::HasSubstr;
using Why = os::SerialPortError::Why;

struct Desk {
  ScriptedTime time;
  std::string printed;
  unsigned opened = 0;
  std::vector<long long> lost_at_ms{-1};  // of each port that is opened, one after another
  unsigned absent = 0;                    // attempts to open that fail after the first port

  void run(MonitorOptions options) {
    options.limit = std::chrono::milliseconds{10'000};
    const MonitorHooks hooks{
        .open = [this]() -> std::unique_ptr<os::SerialPort> {
          if (opened > 0 && absent > 0) {
            --absent;
            throw os::SerialPortError(Why::missing, "there is no port.");
          }
          auto port = std::make_unique<ScriptedPort>(time);
          port->lost_at_ms = lost_at_ms.at(opened++);
          port->incoming.push_back({time.now().count() + 50, "port " + std::to_string(opened)});
          return port;
        },
        .clock = [] { return "12:00:00.000"; },
        .print = [this](const std::string& text) { printed += text; },
        .interrupted = [] { return false; }};
    monitor(options, hooks, time);
  }
};

TEST(Monitor, WaitsForAPortThatIsGoneAndGoesOn) {
  Desk desk;
  desk.lost_at_ms = {1000, -1};
  desk.absent = 5;
  desk.run({});
  EXPECT_EQ(desk.opened, 2u);
  EXPECT_EQ(desk.printed,
            "[12:00:00.000] port 1\n[12:00:00.000] -- the port is gone. Waiting for it ...\n"
            "[12:00:00.000] -- it is back.\n[12:00:00.000] port 2\n");
}

TEST(Monitor, EndsInsteadIfItMustNotWait) {
  Desk desk;
  desk.lost_at_ms = {1000};
  MonitorOptions options;
  options.reconnect = false;
  EXPECT_THROW(desk.run(options), os::SerialPortError);
  EXPECT_EQ(desk.printed, "[12:00:00.000] port 1\n");
}

TEST(Monitor, EndsInTimeAlsoWhileItWaits) {
  Desk desk;
  desk.lost_at_ms = {1000};
  desk.absent = 1000;
  desk.run({});
  EXPECT_THAT(desk.printed, HasSubstr("Waiting"));
  EXPECT_GE(desk.time.now().count(), 10'000);
}

TEST(Monitor, ThePortThatIsMissingAtTheStartIsAnError) {
  Desk desk;
  desk.opened = 1;
  desk.absent = 1;
  EXPECT_THROW(desk.run({}), os::SerialPortError);
}

TEST(Monitor, TheClockIsTheTimeOfDay) {
  EXPECT_THAT(time_of_day(), ::testing::MatchesRegex("[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\.[0-9][0-9][0-9]"));
}

}  // namespace
}  // namespace otaru::host
