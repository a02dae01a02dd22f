#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <io.h>
#include <windows.h>
// After windows.h
#include <shellapi.h>

#include <otaru/os/program.hpp>

#include "text_windows.hpp"

namespace otaru::os {
namespace {

UINT code_page_before = 0;

void restore_code_page() {
  ::SetConsoleOutputCP(code_page_before);
}

}  // namespace

std::vector<std::string> start_program(int argc, char** argv) {
  ::_setmode(::_fileno(stdout), _O_BINARY);
  ::_setmode(::_fileno(stderr), _O_BINARY);
  // The code page belongs to the console, which outlives the program. There is none if all is redirected.
  code_page_before = ::GetConsoleOutputCP();
  if (code_page_before != 0 && code_page_before != CP_UTF8 && ::SetConsoleOutputCP(CP_UTF8) != 0)
    std::atexit(restore_code_page);

  // main's own words are in the code page of the system, which lacks most letters.
  int count = 0;
  wchar_t** const wide = ::CommandLineToArgvW(::GetCommandLineW(), &count);
  if (wide == nullptr) return {argv, argv + argc};
  std::vector<std::string> words;
  for (int i = 0; i < count; ++i) words.push_back(to_utf8(wide[i]));
  ::LocalFree(wide);
  return words;
}

std::optional<std::string> environment_variable(const char* name) {
  const wchar_t* const value = ::_wgetenv(to_utf16(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(to_utf8(value));
}

}  // namespace otaru::os
