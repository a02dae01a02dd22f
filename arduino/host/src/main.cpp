// Power on, boot rule, setup(), loop(): the program around a sketch.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <thread>

#include <unistd.h>

#include "board.hpp"
#include "console.hpp"
#include "engine_hooks.hpp"
#include "network.hpp"
#include "options.hpp"

void setup();
void loop();

namespace otaru::sketch {
namespace {

constexpr int kBadInput = 2;  // the exit codes of `otaru board run`
constexpr int kRefused = 4;

using Clock = std::chrono::steady_clock;

/// The signals that end the board come to one thread, which can do more than a signal handler may.
sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

void listen_for_the_end(Board& board) {
  std::thread([&board] {
    const sigset_t signals = ending_signals();
    int number = 0;
    while (::sigwait(&signals, &number) != 0) {
    }
    board.end(0);
  }).detach();
}

/// A crash of the sketch is a reset: nothing here may allocate.
void crashed(int) {
  constexpr std::string_view words = "[sketch] crashed: the board resets\n";
  [[maybe_unused]] const ssize_t said = ::write(STDOUT_FILENO, words.data(), words.size());
  const timespec pause{.tv_sec = 0, .tv_nsec = 100'000'000};  // a sketch that crashes again and again
  ::nanosleep(&pause, nullptr);
  the_board().reset();
}

void set_signals() {
  // A reset out of a crash hands on a mask in which that crash's signal is blocked.
  const sigset_t signals = ending_signals();
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  static std::array<char, 64 * 1024> memory;  // a sketch may have used up its stack
  stack_t stack{};
  stack.ss_sp = memory.data();
  stack.ss_size = memory.size();
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = crashed;
  action.sa_flags = SA_ONSTACK;
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaction(number, &action, nullptr);
}

/// Counts loops and the time between them. Another thread may tell.
class Loops {
 public:
  void begin() {
    const Clock::time_point now = Clock::now();
    if (count_++ > 0) longest_gap_ = std::max(longest_gap_.load(), now - last_);
    last_ = now;
  }
  void tell() const {
    const auto gap = std::chrono::duration_cast<std::chrono::milliseconds>(longest_gap_.load());
    say("[sketch] " + std::to_string(count_) + " loops, longest gap " + std::to_string(gap.count()) + " ms");
  }

 private:
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<Clock::duration> longest_gap_{};
  Clock::time_point last_;
};

[[noreturn]] void run_sketch(Board& board) {
  static Loops loops;
  board.at_end([] { loops.tell(); });
  setup();
  while (true) {
    loops.begin();
    loop();
    if (board.last_boot() && engine_is_settled()) board.end(0);
    // A board's loop runs as fast as it can; this computer has more to do.
    if (!engine_has_work()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

[[noreturn]] void stay_dead(Board& board) {
  if (board.options().boots) {
    std::fputs("Error: the board does not boot; `otaru board show` tells what its slots hold\n", stderr);
    board.end(kRefused);
  }
  say("[boot] Only a serial upload helps: end this board and start it again with --image");
  while (true) ::pause();
}

}  // namespace
}  // namespace otaru::sketch

int main(int argc, char** argv) {
  using namespace otaru::sketch;
  if (argc == 2 && std::strcmp(argv[1], "--help") == 0) {
    std::fputs(usage().c_str(), stdout);
    return 0;
  }
  try {
    set_signals();
    const Options options = parse(argc, argv);
    set_the_board(*new Board(options));  // it ends with the program
    check_network();
    if (options.pty && options.booted == 0) move_console_to_pty();
    set_up_console(options.pty ? ConsoleKind::pty : ConsoleKind::standard);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "Error: %s\n", error.what());
    return kBadInput;
  }
  Board& board = the_board();
  listen_for_the_end(board);
  if (!board.boot()) stay_dead(board);
  run_sketch(board);
}
