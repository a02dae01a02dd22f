#include "password_prompt.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <span>

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <otaru/host/clean_text.hpp>
#include <otaru/mbed/wipe.hpp>

namespace otaru::cli {
namespace {

/// Switches a terminal's echo off for as long as it lives. A Ctrl-C meanwhile ends the read, and so this.
class Silence {
 public:
  Silence() {
    known_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!known_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (known_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    fmt::print(stderr, "\n");
  }

 private:
  termios before_{};
  bool known_ = false;
};

}  // namespace

bool can_ask_password() noexcept {
  return ::isatty(STDIN_FILENO) == 1;
}

std::optional<host::Password> ask_password(const std::string& board) {
  std::array<char, 1024> line{};
  ssize_t size = 0;
  fmt::print(stderr, "Password of {}: ", host::clean_text(board));
  std::fflush(stderr);
  {
    const Silence silence;
    size = ::read(STDIN_FILENO, line.data(), line.size());  // a terminal gives one line at a time
  }
  struct Wiper {
    std::array<char, 1024>& line;
    ~Wiper() { mbed::wipe(std::as_writable_bytes(std::span(line))); }
  } const wiper{line};
  std::string_view text(line.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  return host::make_password(text, "the password that was entered");
}

}  // namespace otaru::cli
