#include <gtest/gtest.h>

#include <otaru/host/finding.hpp>

namespace otaru::host {
namespace {

TEST(Finding, GivesItsOffsetOnlyWhereOneIsToBlame) {
  const Findings findings{{{"image_sum", 16, "Wrong sum."}}, {{"odd_length", std::nullopt, "Odd."}}};
  EXPECT_FALSE(findings.ok());
  EXPECT_EQ(to_text(findings, ColourDepth::none), "Problem at 0x10: Wrong sum.\nWarning: Odd.\n");
  EXPECT_EQ(to_json(findings.problems).dump(),
            R"([{"code":"image_sum","offset":16,"message":"Wrong sum."}])");
  EXPECT_EQ(to_json(findings.warnings).dump(), R"([{"code":"odd_length","offset":null,"message":"Odd."}])");
}

}  // namespace
}  // namespace otaru::host
