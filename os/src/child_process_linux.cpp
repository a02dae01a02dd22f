#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <otaru/os/child_process.hpp>

namespace otaru::os {
namespace {

constexpr int kCannotRun = 127;  // as shells say it
constexpr std::chrono::milliseconds kPatience{3000};

/// In the new process, between fork and exec: only calls that are safe there.
[[noreturn]] void become(const char* program, char* const* arguments, const char* folder, int output,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  const int nothing = ::open("/dev/null", O_RDONLY);
  const bool ready = ::getppid() == parent && nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0 &&
                     ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(output, STDERR_FILENO) >= 0 &&
                     (*folder == '\0' || ::chdir(folder) == 0);
  if (ready) ::execv(program, arguments);
  ::_exit(kCannotRun);
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

ChildProcess::ChildProcess(const Command& command, LineHandler on_line) : on_line_(std::move(on_line)) {
  std::vector<std::string> words{command.program.string()};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::string folder = command.folder.string();

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
  const pid_t self = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(words[0].c_str(), arguments.data(), folder.c_str(), ends[1], self);
  const int error = errno;
  ::close(ends[1]);
  pipe_ = ends[0];
  if (pid_ < 0) {
    ::close(pipe_);
    throw std::system_error(error, std::generic_category(), "cannot start " + words[0]);
  }
  reader_ = std::thread([this] { read_lines(); });
}

ChildProcess::~ChildProcess() {
  stop();
  reader_.join();
  ::close(pipe_);
}

void ChildProcess::read_lines() {
  std::array<char, 4096> buffer{};
  std::string pending;
  while (true) {
    const ssize_t size = ::read(pipe_, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    take(pending, {buffer.data(), static_cast<std::size_t>(size)});
  }
  if (!pending.empty()) take(pending, "\n");
  reap();
}

void ChildProcess::take(std::string& pending, std::string_view bytes) {
  pending += bytes;
  for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
    const std::string line = pending.substr(0, end);
    pending.erase(0, end + 1);
    if (on_line_) on_line_(line);
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
    news_.notify_all();
  }
}

/// The program has closed its output, which is as good as its end.
void ChildProcess::reap() {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  const std::lock_guard lock(mutex_);  // from here on its number may belong to another process
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended_ = true;
  news_.notify_all();
}

std::optional<std::string> ChildProcess::wait_for_line(std::string_view text, std::size_t count,
                                                       std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::unique_lock lock(mutex_);
  std::size_t looked_at = 0;
  while (true) {
    for (; looked_at < lines_.size(); ++looked_at)
      if (lines_[looked_at].find(text) != std::string::npos && --count == 0) return lines_[looked_at];
    if (ended_ || news_.wait_until(lock, deadline) == std::cv_status::timeout) return std::nullopt;
  }
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  if (!news_.wait_for(lock, limit, [this] { return ended_; })) return std::nullopt;
  return exit_code_;
}

int ChildProcess::stop() {
  for (const int signal : {SIGTERM, SIGKILL}) {
    {
      const std::lock_guard lock(mutex_);
      if (ended_) return exit_code_;
      ::kill(pid_, signal);
    }
    if (const std::optional<int> code = wait(kPatience)) return *code;
  }
  return wait(std::chrono::hours(1)).value_or(128 + SIGKILL);
}

std::vector<std::string> ChildProcess::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

}  // namespace otaru::os
