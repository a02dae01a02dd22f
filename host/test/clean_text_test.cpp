#include <gtest/gtest.h>

#include <otaru/host/clean_text.hpp>

namespace otaru::host {
namespace {

TEST(CleanText, LeavesLettersOfAllLanguagesAlone) {
  EXPECT_EQ(clean_text("Küche 2 \xE5\xB0\x8F\xE6\xA8\xBD"), "Küche 2 \xE5\xB0\x8F\xE6\xA8\xBD");
}

TEST(CleanText, TakesAwayWhatWouldPlayWithATerminal) {
  EXPECT_EQ(clean_text("a\x1b[31mred\n\x7f"), "a?[31mred??");
  EXPECT_EQ(clean_text("\xC2\x9B"
                       "31m\xC2\xA0"),
            "?31m\xC2\xA0")
      << "U+009B is a control sequence introducer, U+00A0 only a space";
}

}  // namespace
}  // namespace otaru::host
