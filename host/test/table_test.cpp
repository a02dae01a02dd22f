#include <gtest/gtest.h>

#include <otaru/host/table.hpp>

namespace otaru::host {
namespace {

TEST(Table, AlignsItsColumnsAndLeavesNoSpacesAtTheEnds) {
  Table table({"name", "size", "note"}, {Table::Align::left, Table::Align::right});
  table.add({"a", "1,000", "long note"});
  table.add({"longer name", "1"});
  EXPECT_EQ(table.text(),
            "  name          size  note\n"
            "  a            1,000  long note\n"
            "  longer name      1\n");
}

TEST(Table, CountsLettersNotBytes) {
  Table table({"é", "x"}, {});
  table.add({"ab", "y"});
  EXPECT_EQ(table.text(), "  é   x\n  ab  y\n");
}

}  // namespace
}  // namespace otaru::host
