#include "password_prompt.hpp"

#include <array>
#include <cstdio>
#include <span>

#include <fmt/format.h>

#include <otaru/host/clean_text.hpp>
#include <otaru/mbed/wipe.hpp>
#include <otaru/os/console.hpp>

namespace otaru::cli {
bool can_ask_password() noexcept {
  return os::is_terminal(stdin);
}

std::optional<host::Password> ask_password(const std::string& board) {
  std::array<char, 1024> line{};
  const std::size_t size =
      os::read_hidden_line(fmt::format("Password of {}: ", host::clean_text(board)), line);
  fmt::print(stderr, "\n");
  struct Wiper {
    std::array<char, 1024>& line;
    ~Wiper() { mbed::wipe(std::as_writable_bytes(std::span(line))); }
  } const wiper{line};
  if (size == 0) return std::nullopt;
  return host::make_password({line.data(), size}, "the password that was entered");
}

}  // namespace otaru::cli
