#include <algorithm>
#include <array>

#include <io.h>
#include <windows.h>

#include <otaru/os/console.hpp>

namespace otaru::os {
namespace {

HANDLE handle_of(std::FILE* stream) noexcept {
  return reinterpret_cast<HANDLE>(::_get_osfhandle(::_fileno(stream)));
}

/// Switches a console's echo off for as long as it lives.
class Silence {
 public:
  explicit Silence(HANDLE console) noexcept : console_(console) {
    known_ = ::GetConsoleMode(console_, &before_) != 0;
    if (known_) ::SetConsoleMode(console_, (before_ | ENABLE_LINE_INPUT) & ~DWORD{ENABLE_ECHO_INPUT});
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (known_) ::SetConsoleMode(console_, before_);
  }

 private:
  HANDLE console_;
  DWORD before_ = 0;
  bool known_ = false;
};

}  // namespace

bool is_terminal(std::FILE* stream) noexcept {
  DWORD mode = 0;
  return ::GetConsoleMode(handle_of(stream), &mode) != 0;  // _isatty() says so of NUL as well
}

std::optional<int> terminal_width(std::FILE* stream) noexcept {
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (::GetConsoleScreenBufferInfo(handle_of(stream), &info) == 0) return std::nullopt;
  return info.srWindow.Right - info.srWindow.Left + 1;
}

bool shows_colours(std::FILE* stream) noexcept {
  constexpr DWORD kEscapes = ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING;
  const HANDLE console = handle_of(stream);
  DWORD mode = 0;
  return ::GetConsoleMode(console, &mode) != 0 && ::SetConsoleMode(console, mode | kEscapes) != 0;
}

bool shows_utf8() noexcept {
  return ::GetConsoleOutputCP() == CP_UTF8;  // which start_program() has asked for
}

std::size_t read_hidden_line(const std::string& prompt, std::span<char> line) noexcept {
  const HANDLE console = handle_of(stdin);
  std::array<wchar_t, 1024> wide{};
  DWORD units = 0;
  BOOL read = 0;
  {
    const Silence silence(console);
    std::fputs(prompt.c_str(), stderr);
    std::fflush(stderr);
    read = ::ReadConsoleW(console, wide.data(), static_cast<DWORD>(wide.size()), &units, nullptr);
  }
  while (units > 0 && (wide[units - 1] == L'\n' || wide[units - 1] == L'\r')) --units;
  int size = 0;
  if (read != 0 && units > 0)
    size = ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), static_cast<int>(units), line.data(),
                                 static_cast<int>(line.size()), nullptr, nullptr);
  ::SecureZeroMemory(wide.data(), sizeof wide);
  return static_cast<std::size_t>(std::max(size, 0));
}

}  // namespace otaru::os
