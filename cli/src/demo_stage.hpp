// Where the demonstration plays: runs this program as a person would, and shows commands and their output.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <otaru/os/child_process.hpp>

#include "context.hpp"

namespace otaru::cli {

/// The folder that a demonstration works in: a temporary one that goes with this object, or one that stays.
class DemoFolder {
 public:
  /// @param keep  made if missing; empty for a temporary folder
  /// @throws host::BadInput  `keep` cannot be made, or holds something
  explicit DemoFolder(const std::filesystem::path& keep);
  ~DemoFolder();
  DemoFolder(const DemoFolder&) = delete;
  DemoFolder& operator=(const DemoFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  bool temporary_;
};

/// Shows text, commands and what they print; the board's console comes between, each line marked. SIGINT and
/// SIGTERM end whatever is waited for by a Failure, so that all is cleaned up.
class DemoStage {
 public:
  DemoStage(const Context& context, std::filesystem::path folder);

  void heading(std::string_view text);
  void say(std::string_view text);
  /// One result, with a mark.
  void proved(std::string_view text);
  /// A line of a sender that is no command.
  void show(std::string_view who, std::string_view line);

  /// Shows `$ otaru <arguments>`, runs it in the folder and shows its output.
  /// @throws Failure  it ends with another code than 0, or not at all
  void run(const std::vector<std::string>& arguments);

  /// The same, and leaves it running as the board.
  void start_board(const std::vector<std::string>& arguments);
  /// Waits for the `count`th line of the board's console with `text` in it.
  /// @throws Failure  it does not come
  std::string wait_for_board(std::string_view text, std::size_t count = 1);
  bool board_runs();
  /// Ends the board as Ctrl-C would.
  void stop_board();

 private:
  void show_command(const std::vector<std::string>& arguments);
  void print(const std::string& text);
  os::ChildProcess::Command command(const std::vector<std::string>& arguments) const;

  const Context& context_;
  std::filesystem::path folder_;
  std::filesystem::path self_;
  bool after_heading_ = false;
  std::mutex printing_;
  std::optional<os::ChildProcess> board_;
};

}  // namespace otaru::cli
