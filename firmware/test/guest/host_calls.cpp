// newlib's system calls by semihosting ("Semihosting for AArch32 and AArch64", Arm): a console, a heap and an
// end. There are no files: GoogleTest asks for some, and is told that there are none.
#include <array>
#include <cerrno>
#include <utility>

#include <sys/stat.h>
#include <sys/time.h>

#include "guest.hpp"

namespace {

enum Operation : std::uint32_t {
  kOpen = 0x01,
  kWrite = 0x05,
  kClock = 0x10,
  kGetCommandLine = 0x15,
  kExitExtended = 0x20
};

/// The emulator does what the registers say.
int host(Operation operation, const void* argument) {
  register std::uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return static_cast<int>(r0);
}

template <class... Words>
int ask(Operation operation, Words... words) {
  const std::uintptr_t block[] = {std::uintptr_t(words)...};
  return host(operation, block);
}

int refuse(int reason) {
  errno = reason;
  return -1;
}

int console() {
  constexpr std::string_view kName = ":tt";
  constexpr int kForWriting = 4;  // fopen's "w"
  static const int handle = ask(kOpen, kName.data(), kForWriting, kName.size());
  return handle;
}

}  // namespace

namespace otaru::guest {

void print(std::string_view text) noexcept {
  ask(kWrite, console(), text.data(), text.size());
}

std::string command_line() {
  std::array<char, 1024> room{};
  std::array<std::uintptr_t, 2> block{reinterpret_cast<std::uintptr_t>(room.data()), room.size()};
  return host(kGetCommandLine, block.data()) == 0 ? std::string(room.data(), block[1]) : std::string();
}

[[noreturn]] void stop(int code) noexcept {
  constexpr std::uint32_t kApplicationExit = 0x20026;  // ADP_Stopped_ApplicationExit
  for (;;) ask(kExitExtended, kApplicationExit, code);
}

}  // namespace otaru::guest

extern "C" {

extern char heap_start[];  // both by guest.ld
extern char heap_end[];
void* __dso_handle = nullptr;

int _write(int, const char* data, int size) {
  otaru::guest::print({data, static_cast<std::size_t>(size)});
  return size;
}

void* _sbrk(std::ptrdiff_t more) {
  static char* top = heap_start;
  if (more > heap_end - top) return reinterpret_cast<void*>(refuse(ENOMEM));
  return std::exchange(top, top + more);
}

void _exit(int code) {
  otaru::guest::stop(code);
}

int _isatty(int) {
  return 1;  // printed line by line: what was said before a fault is seen
}

int _fstat(int, struct stat* is) {
  *is = {};
  is->st_mode = S_IFCHR;
  return 0;
}

int _kill(int, int) {
  otaru::guest::stop(134);  // abort(): what a shell gives for SIGABRT
}

// What GoogleTest tells of a test's length: time of the computer's processor, in hundredths of a second.
int _gettimeofday(struct timeval* now, void*) {
  const int hundredths = host(kClock, nullptr);
  now->tv_sec = hundredths / 100;
  now->tv_usec = hundredths % 100 * 10'000;
  return 0;
}

int _getpid() {
  return 1;
}
int _open(const char*, int, int) {
  return refuse(ENOENT);
}
int _stat(const char*, struct stat*) {
  return refuse(ENOENT);
}
int _unlink(const char*) {
  return refuse(ENOENT);
}
int mkdir(const char*, mode_t) {
  return refuse(EROFS);
}
char* getcwd(char* room, std::size_t size) {
  return size > 1 ? room[0] = '/', room[1] = '\0', room : nullptr;
}
int _close(int) {
  return refuse(EBADF);
}
int _lseek(int, int, int) {
  return refuse(ESPIPE);
}
int _read(int, char*, int) {
  return 0;  // the end
}
}
