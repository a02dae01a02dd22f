#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/serial_ports.hpp>

namespace otaru::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SerialPorts, TheListSaysWhichMayBeOpenedAndWhatHelpsIfNot) {
  const std::string text =
      serial_ports_text({{"/dev/ttyUSB0", "Maker CP2102", true, ""},
                         {"/dev/ttyACM0", "", false, "permission denied. Join dialout."}});
  EXPECT_THAT(text, HasSubstr("  /dev/ttyUSB0  Maker CP2102\n"));
  EXPECT_THAT(text, HasSubstr("  /dev/ttyACM0  (permission denied. Join dialout.)\n"));
}

TEST(SerialPorts, WithoutAnyItSaysWhatToDo) {
  EXPECT_THAT(serial_ports_text({}), HasSubstr("Plug the board in"));
}

TEST(SerialPorts, ThisMachinesPortsAreToldWithTheirReason) {
  for (const os::SerialPortEntry& port : serial_ports()) {
    EXPECT_FALSE(port.path.empty());
    EXPECT_EQ(port.may_open, port.why_not.empty());
  }
  EXPECT_THAT(serial_ports_text(serial_ports()), Not(HasSubstr("\n\n")));
}

TEST(SerialPorts, WhatIsNoPortIsNotOpened) {
  using Why = os::SerialPortError::Why;
  const auto why = [](const std::string& path) {
    try {
      (void)os::open_serial_port(path, 115'200);
    } catch (const os::SerialPortError& error) {
      return error.why();
    }
    return Why::failed;
  };
  EXPECT_EQ(why("/dev/null"), Why::no_port);
  EXPECT_EQ(why("/dev/there-is-no-such-port"), Why::missing);
}

}  // namespace
}  // namespace otaru::host
