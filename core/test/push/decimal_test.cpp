#include <gtest/gtest.h>

#include <otaru/push/decimal.hpp>

namespace otaru::push {
namespace {

TEST(Decimal, HasNoLeadingZerosAndHoldsTheLargestNumber) {
  Digits digits{};
  EXPECT_EQ(decimal(0, digits), "0");
  EXPECT_EQ(decimal(7, digits), "7");
  EXPECT_EQ(decimal(1020, digits), "1020");
  EXPECT_EQ(decimal(0xFFFF'FFFF, digits), "4294967295");
}

}  // namespace
}  // namespace otaru::push
