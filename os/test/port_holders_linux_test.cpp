#include <cstdlib>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <otaru/os/port_holders.hpp>

namespace otaru::os {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

TEST(PortHolders, AnotherProcessIsToldAndThisOneIsNot) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(master, 0);
  ASSERT_EQ(grantpt(master), 0);
  ASSERT_EQ(unlockpt(master), 0);
  const std::string port = ptsname(master);
  const int own = open(port.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(own, 0);
  EXPECT_THAT(port_holders(port).value(), IsEmpty());

  int hold[2] = {};
  ASSERT_EQ(pipe(hold), 0);
  const pid_t child = fork();  // has `own` open, too
  if (child == 0) {
    close(hold[1]);
    char end = 0;
    _exit(read(hold[0], &end, 1) == 0 ? 0 : 1);
  }
  EXPECT_THAT(port_holders(port).value(), ElementsAre(EndsWith("(process " + std::to_string(child) + ")")));
  close(hold[0]);
  close(hold[1]);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
  close(own);
  close(master);
}

TEST(PortHolders, APortThatIsNotThereHasNone) {
  EXPECT_THAT(port_holders("/dev/no-such-port").value(), IsEmpty());
}

}  // namespace
}  // namespace otaru::os
