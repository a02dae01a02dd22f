// Another program, started and listened to.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace otaru::os {

/// Runs a program whose stdout and stderr come in line by line; it reads nothing. It ends with this object,
/// and also if the thread that made it dies.
class ChildProcess {
 public:
  using LineHandler = std::function<void(const std::string& line)>;

  struct Command {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    std::filesystem::path folder;  ///< in which it runs; empty: the current one
  };

  /// @param on_line  called for each line as it comes, from a thread of this object; must not throw
  /// @throws std::system_error  no process could be made. A program that cannot be run ends with 127.
  explicit ChildProcess(const Command& command, LineHandler on_line = {});

  /// Ends the program as stop() does.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Waits for the line that is the `count`th in which `text` stands. Nothing if the program ends without it,
  /// or `limit` passes.
  std::optional<std::string> wait_for_line(std::string_view text, std::size_t count,
                                           std::chrono::milliseconds limit);

  /// Waits until the program has ended and all its lines are here. Its exit code, or 128 and the number of
  /// the signal that ended it; nothing if `limit` passes.
  std::optional<int> wait(std::chrono::milliseconds limit);

  /// Asks it to end (SIGTERM), and after 3 s ends it. Its exit code as of wait().
  int stop();

  /// All lines so far.
  std::vector<std::string> lines() const;

 private:
  void read_lines();
  void take(std::string& pending, std::string_view bytes);
  void reap();

  LineHandler on_line_;
  int pid_ = -1;
  int pipe_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable news_;
  std::vector<std::string> lines_;
  bool ended_ = false;
  int exit_code_ = 0;
  std::thread reader_;
};

}  // namespace otaru::os
