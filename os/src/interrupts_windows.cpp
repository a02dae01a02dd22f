#include <atomic>

#include <windows.h>

#include <otaru/os/interrupts.hpp>

namespace otaru::os {
namespace {

std::atomic<bool> noted{false};

// Called in a thread of its own. FALSE: the system does what it always does, which is to end the program.
BOOL WINAPI note(DWORD) noexcept {
  return noted.exchange(true) ? FALSE : TRUE;
}

}  // namespace

void note_interrupts() noexcept {
  ::SetConsoleCtrlHandler(note, TRUE);
}

bool interrupted() noexcept {
  return noted;
}

}  // namespace otaru::os
