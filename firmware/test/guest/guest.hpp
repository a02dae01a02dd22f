// A test program on the emulated machine: where it begins, and what it asks of the computer that emulates it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace otaru::guest {

/// Prints at once, without the C library.
void print(std::string_view text) noexcept;

/// The command line: the program's name, then its arguments, with a space between.
std::string command_line();

/// The program: called when the machine has started and static objects are made. @return the exit code
int run();

/// Ends the emulator with this exit code.
[[noreturn]] void stop(int code) noexcept;

}  // namespace otaru::guest
