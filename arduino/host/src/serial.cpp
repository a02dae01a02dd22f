#include <poll.h>
#include <unistd.h>

#include "Arduino.h"
#include "console.hpp"

namespace {

int held = -1;  // a byte that was looked at and not read yet
bool closed = false;

bool take_byte() {
  if (held >= 0) return true;
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (closed || ::poll(&input, 1, 0) <= 0) return false;
  unsigned char letter = 0;
  const ssize_t size = ::read(STDIN_FILENO, &letter, 1);
  if (size == 1) held = letter;
  closed = size == 0;
  return size == 1;
}

}  // namespace

OtaruConsole Serial;

int OtaruConsole::available() {
  return take_byte() ? 1 : 0;
}

int OtaruConsole::peek() {
  return take_byte() ? held : -1;
}

int OtaruConsole::read() {
  const int letter = peek();
  held = -1;
  return letter;
}

void OtaruConsole::flush() {}

size_t OtaruConsole::write(uint8_t letter) {
  return write(&letter, 1);
}

size_t OtaruConsole::write(const uint8_t* bytes, size_t size) {
  otaru::sketch::say_bytes({static_cast<const char*>(static_cast<const void*>(bytes)), size});
  return size;
}
