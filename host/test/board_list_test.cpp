#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include <otaru/host/board_list.hpp>
#include <otaru/host/failure.hpp>

#include "temporary_folder.hpp"

namespace otaru::host {
namespace {

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

TEST(BoardList, IsReadLineByLine) {
  const auto boards =
      parse_board_list("# mine\n\n192.0.2.7 In the cellar \r\n[2001:db8::7]:8021\nboard.example:9\tX", "f");
  ASSERT_EQ(boards.size(), 3u);
  EXPECT_EQ(boards[0], (ListedBoard{"192.0.2.7", "In the cellar"}));
  EXPECT_EQ(boards[1], (ListedBoard{"[2001:db8::7]:8021", "[2001:db8::7]:8021"}));
  EXPECT_EQ(boards[2], (ListedBoard{"board.example:9", "X"}));
}

TEST(BoardList, NamesTheLineThatIsNoAddress) {
  try {
    (void)parse_board_list("192.0.2.7\nboard:none\n", "my list");
    FAIL() << "was read";
  } catch (const BadInput& error) {
    EXPECT_NE(std::string(error.what()).find("'my list', line 2"), std::string::npos) << error.what();
  }
}

TEST(BoardList, IsEmptyWithoutAFile) {
  EXPECT_TRUE(read_board_list(TemporaryFolder().path() / "none").empty());
}

TEST(BoardList, GrowsAndShrinksAndKeepsOtherLines) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "otaru/boards.txt";
  add_to_board_list(file, {"192.0.2.7", "Cellar"});
  EXPECT_EQ(content(file), "192.0.2.7 Cellar\n");
  std::ofstream(file, std::ios::app) << "# upstairs\n192.0.2.8";
  add_to_board_list(file, {"192.0.2.9", "192.0.2.9"});
  add_to_board_list(file, {"192.0.2.7", "Garden"});
  EXPECT_EQ(content(file), "192.0.2.7 Garden\n# upstairs\n192.0.2.8\n192.0.2.9\n");
  EXPECT_EQ(remove_from_board_list(file, "Garden"), 1u);
  EXPECT_EQ(remove_from_board_list(file, "192.0.2.8"), 1u);
  EXPECT_EQ(remove_from_board_list(file, "192.0.2.8"), 0u);
  EXPECT_EQ(content(file), "# upstairs\n192.0.2.9\n");
}

TEST(BoardList, KeepsTheNameOfABoardThatIsAddedAgainWithoutOne) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "boards.txt";
  add_to_board_list(file, {"192.0.2.7", "Cellar"});
  add_to_board_list(file, {"192.0.2.7", "192.0.2.7"});
  EXPECT_EQ(content(file), "192.0.2.7 Cellar\n");
}

TEST(BoardList, TakesNoLineThatItCouldNotRead) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "boards.txt";
  for (const char* address :
       {"", "a b", "board:none", "#1", "192.0.2.7:0", "192.0.2.999", "192.0.2.999:8020"})
    EXPECT_THROW(add_to_board_list(file, {address, "x"}), BadInput) << address;
  EXPECT_THROW(add_to_board_list(file, {"192.0.2.7", "two\nlines"}), BadInput);
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace otaru::host
