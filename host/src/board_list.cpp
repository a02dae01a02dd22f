#include <algorithm>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include <otaru/host/board_list.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/push_target.hpp>

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBlanks = " \t\r";

/// The lines of a text, each with its line end.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || kBlanks.find(text.back()) != std::string_view::npos))
    text.remove_suffix(1);
  const std::size_t first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

/// The board of a line; nothing if it is empty or a comment.
std::optional<ListedBoard> board_of(std::string_view line) {
  line = trimmed(line);
  if (line.empty() || line.starts_with('#')) return std::nullopt;
  const std::size_t blank = line.find_first_of(kBlanks);
  ListedBoard board{std::string(line.substr(0, blank)), {}};
  if (blank != std::string_view::npos) board.name = trimmed(line.substr(blank));
  if (board.name.empty()) board.name = board.address;
  return board;
}

std::string read_text(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return {};
  const std::vector<std::byte> content = read_file(file);
  return {reinterpret_cast<const char*>(content.data()), content.size()};
}

std::string line_of(const ListedBoard& board) {
  return board.name == board.address ? board.address + "\n" : board.address + " " + board.name + "\n";
}

}  // namespace

std::vector<ListedBoard> parse_board_list(std::string_view text, const std::string& file) {
  std::vector<ListedBoard> boards;
  int number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const std::optional<ListedBoard> board = board_of(line);
    if (!board) continue;
    try {
      (void)parse_push_target(board->address);
    } catch (const BadInput& fault) {
      throw BadInput(fmt::format("'{}', line {}: {}", file, number, fault.what()));
    }
    std::erase_if(boards, [&](const ListedBoard& other) { return other.address == board->address; });
    boards.push_back(*board);
  }
  return boards;
}

std::vector<ListedBoard> read_board_list(const fs::path& file) {
  return parse_board_list(read_text(file), file.string());
}

void add_to_board_list(const fs::path& file, const ListedBoard& board) {
  (void)parse_push_target(board.address);
  if (board.address.find_first_of(" \t\r\n#") != std::string::npos)
    throw BadInput(fmt::format("'{}' is no address: it has a blank in it.", board.address));
  if (board.name.find_first_of("\r\n") != std::string::npos)
    throw BadInput("A board's name is one line of text.");
  const std::string before = read_text(file);
  std::string text;
  bool named = false;
  for (const std::string_view line : lines_of(before)) {
    const std::optional<ListedBoard> other = board_of(line);
    if (other && other->address == board.address) {
      // Without a name of its own it keeps the one that it has.
      if (!named) text += board.name == board.address ? std::string(line) : line_of(board);
      named = true;
      continue;
    }
    text += line;
  }
  if (!named) {
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    text += line_of(board);
  }
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  write_file(file, text);
}

std::size_t remove_from_board_list(const fs::path& file, std::string_view address_or_name) {
  const std::string before = read_text(file);
  std::string text;
  std::size_t removed = 0;
  for (const std::string_view line : lines_of(before)) {
    const std::optional<ListedBoard> board = board_of(line);
    if (board && (board->address == address_or_name || board->name == address_or_name)) {
      ++removed;
    } else {
      text += line;
    }
  }
  if (removed != 0) write_file(file, text);
  return removed;
}

}  // namespace otaru::host
