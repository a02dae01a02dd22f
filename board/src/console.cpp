#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <otaru/board/console.hpp>
#include <otaru/os/line_speed.hpp>

namespace otaru::board {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Console::Console(Kind kind) : fd_(STDOUT_FILENO) {
  if (kind == Kind::stdout_) return;
  fd_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (fd_ < 0 || ::grantpt(fd_) != 0 || ::unlockpt(fd_) != 0) fail("cannot make a pseudo-terminal");
  const char* name = ::ptsname(fd_);
  if (name == nullptr) fail("cannot name the pseudo-terminal");
  path_ = name;
  held_open_ = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (held_open_ < 0) fail("cannot open the pseudo-terminal");
  // A serial line passes bytes as they are.
  termios settings{};
  if (::tcgetattr(held_open_, &settings) != 0) fail("cannot set the pseudo-terminal up");
  ::cfmakeraw(&settings);
  ::cfsetspeed(&settings, B115200);
  if (::tcsetattr(held_open_, TCSANOW, &settings) != 0) fail("cannot set the pseudo-terminal up");
}

Console::~Console() {
  if (held_open_ < 0) return;
  ::close(held_open_);
  ::close(fd_);
}

void Console::line(std::string_view text) {
  std::string bytes(text);
  bytes += held_open_ < 0 ? "\n" : "\r\n";
  write(std::as_bytes(std::span(bytes)));
}

void Console::write(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // nobody reads: it is lost, the board goes on
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

std::uint32_t Console::baud() const noexcept {
  return os::line_speed(held_open_).value_or(0);
}

}  // namespace otaru::board
