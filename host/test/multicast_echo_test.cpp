// Real sockets on loopback.
#include "multicast_echo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>

namespace otaru::host {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(MulticastEcho, ItsOwnQuestionIsHeardAndThisMachineIsNoNeighbour) {
  const MulticastEcho echo = ask_by_multicast({"lo"}, 500ms);
  EXPECT_TRUE(echo.shares_port);
  EXPECT_THAT(echo.heard_on, ElementsAre("lo"));
  EXPECT_THAT(echo.silent_on, IsEmpty());
  EXPECT_THAT(echo.neighbours, IsEmpty());
}

TEST(MulticastEcho, AnInterfaceThatDoesNotExistIsBadInput) {
  EXPECT_THROW(ask_by_multicast({"no-such-interface"}, 500ms), BadInput);
}

}  // namespace
}  // namespace otaru::host
