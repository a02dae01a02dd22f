#include "console.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace otaru::sketch {
namespace {

std::mutex& mutex() {
  static std::mutex* const made = new std::mutex;  // outlives every thread
  return *made;
}

bool on_pty = false;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void write_all(std::string_view bytes) {
  const std::lock_guard lock(mutex());
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // nobody reads: it is lost, the board goes on
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void move_console_to_pty() {
  const int board_end = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (board_end < 0 || ::grantpt(board_end) != 0 || ::unlockpt(board_end) != 0)
    fail("cannot make a pseudo-terminal");
  const char* name = ::ptsname(board_end);
  if (name == nullptr) fail("cannot name the pseudo-terminal");
  // Held open, also over resets, so that the line stays up without a reader.
  const int other_end = ::open(name, O_RDWR | O_NOCTTY);
  termios settings{};
  if (other_end < 0 || ::tcgetattr(other_end, &settings) != 0) fail("cannot open the pseudo-terminal");
  ::cfmakeraw(&settings);  // a serial line passes bytes as they are
  if (::tcsetattr(other_end, TCSANOW, &settings) != 0) fail("cannot set the pseudo-terminal up");
  write_all("Console on " + std::string(name) + "\n");
  if (::dup2(board_end, STDIN_FILENO) < 0 || ::dup2(board_end, STDOUT_FILENO) < 0)
    fail("cannot use the pseudo-terminal");
}

void set_up_console(ConsoleKind kind) noexcept {
  on_pty = kind == ConsoleKind::pty;
  std::setvbuf(stdout, nullptr, _IONBF, 0);
}

void say(std::string_view line) {
  write_all(std::string(line) + (on_pty ? "\r\n" : "\n"));
}

void say_bytes(std::string_view bytes) {
  if (on_pty) return write_all(bytes);
  std::string text(bytes);
  std::erase(text, '\r');
  write_all(text);
}

}  // namespace otaru::sketch
