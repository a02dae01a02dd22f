#include <gtest/gtest.h>

#include <otaru/host/duration.hpp>

namespace otaru::host {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsNumbersWithAndWithoutAUnit) {
  EXPECT_EQ(parse_duration("45s"), 45s);
  EXPECT_EQ(parse_duration("45"), 45s);
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text :
       {"", "s", "-1s", "1h", "1 s", "1s ", "1e3s", "nan", "inf", "99999999s", "0x10s", "1.2.3s"})
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
}

}  // namespace
}  // namespace otaru::host
