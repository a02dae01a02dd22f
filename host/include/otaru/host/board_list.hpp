// Boards that multicast does not reach, named by their address in a text file of this person.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace otaru::host {

/// A line of the list: `ADDRESS[:PORT] [NAME]`.
struct ListedBoard {
  std::string address;  ///< as it was written: `192.0.2.7`, `board.example:8021`, `[2001:db8::7]:8020`
  std::string name;     ///< for people; the address if none was given

  friend bool operator==(const ListedBoard&, const ListedBoard&) = default;
};

/// Reads a list. `#` starts a comment, empty lines do not count.
/// @throws BadInput  a line is no address; names `file` and the line's number
std::vector<ListedBoard> parse_board_list(std::string_view text, const std::string& file);

/// The list in `file`; empty if there is no such file.
/// @throws BadInput  it cannot be read, or a line is no address
std::vector<ListedBoard> read_board_list(const std::filesystem::path& file);

/// Adds a board at the end, or gives the one of this address another name. Makes file and folder if they are
/// not there; other lines and comments stay as they are.
/// @throws BadInput  the address is none, the name has a line end in it, or the file cannot be written
void add_to_board_list(const std::filesystem::path& file, const ListedBoard& board);

/// Takes out the boards with this address or this name. Other lines stay as they are.
/// @return  how many they were
/// @throws BadInput  the file cannot be read or written
std::size_t remove_from_board_list(const std::filesystem::path& file, std::string_view address_or_name);

}  // namespace otaru::host
