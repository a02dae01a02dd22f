#include "machine.hpp"

#include <algorithm>
#include <array>
#include <string_view>

extern "C" {
extern unsigned char stack_lowest[];  // the three by mps2_an505.ld
extern unsigned char stack_top[];
extern unsigned char flash_memory[];
[[noreturn]] void reset();
}

namespace otaru::proof {
namespace {

constexpr std::uint32_t kFlashSize = 0x20'0000;
constexpr unsigned char kPaint = 0xA5;

/// Semihosting: the emulator does what the registers say.
int host(std::uint32_t operation, const void* argument) {
  register std::uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return static_cast<int>(r0);
}

void print(const char* text) {
  host(0x04, text);  // SYS_WRITE0
}

volatile std::uint32_t& device(std::uint32_t address) {
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}

constexpr std::uint32_t kSysTick = 0xE000'E010;
constexpr std::uint32_t kReload = kSysTick + 4, kCount = kSysTick + 8;
constexpr std::uint32_t kRound = 0xFF'FFFF;
constexpr std::uint32_t kInstructionsPerTick = 50;

// Flash in memory: programming only clears bits.

int read(void*, std::uint32_t at, void* out, std::size_t length) {
  std::copy_n(flash_memory + at, length, static_cast<unsigned char*>(out));
  return 0;
}
int program(void*, std::uint32_t at, const void* data, std::size_t length) {
  const auto* const from = static_cast<const unsigned char*>(data);
  for (std::size_t i = 0; i < length; ++i)
    flash_memory[at + i] = static_cast<unsigned char>(flash_memory[at + i] & from[i]);
  return 0;
}
int erase_sector(void*, std::uint32_t at) {
  std::fill_n(flash_memory + at, 0x1000, 0xFF);
  return 0;
}
int erase_block(void*, std::uint32_t at) {
  std::fill_n(flash_memory + at, 0x1'0000, 0xFF);
  return 0;
}

unsigned char* stack_pointer() {
  unsigned char* now = nullptr;
  asm volatile("mov %0, sp" : "=r"(now));
  return now;
}

void fault() {
  print("the processor took a fault\n");
  stop(false);
}

}  // namespace

void tell(const char* name, const char* value) {
  print(name);
  print(" ");
  print(value);
  print("\n");
}

void tell(const char* name, std::uint32_t value) {
  std::array<char, 11> digits{};
  std::size_t first = digits.size() - 1;
  do {
    digits[--first] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  tell(name, digits.data() + first);
}

[[noreturn]] void stop(bool good) {
  const std::array<std::uint32_t, 2> reason{0x20026, good ? 0u : 1u};  // ADP_Stopped_ApplicationExit
  for (;;) host(0x20, reason.data());                                  // SYS_EXIT_EXTENDED
}

void make_board() {
  std::fill_n(flash_memory, kFlashSize, 0xFF);
  constexpr std::string_view kSignature = "81958711";  // the image that runs
  std::copy(kSignature.begin(), kSignature.end(), flash_memory + 0x6000);
  proof_flash = {nullptr, kFlashSize, read, program, erase_sector, erase_block};
  proof_trust = {input.key, 1, input.board, 0, 0, 0};
  if (proof_begin(OTARU_OTA1) != 0) stop(false);
}

[[gnu::noinline]] void measure(void (*work)()) {
  constexpr std::size_t kHeader = 64;  // the heap's own, at its start, is smaller
  std::fill_n(proof_heap + kHeader, sizeof proof_heap - kHeader, kPaint);
  unsigned char* const top = stack_pointer();
  for (unsigned char* at = stack_lowest; at < top; ++at) *const_cast<volatile unsigned char*>(at) = kPaint;
  work();
  const unsigned char* deepest = stack_lowest;
  while (deepest < top && *deepest == kPaint) ++deepest;
  const unsigned char* highest = proof_heap + sizeof proof_heap;
  while (highest > proof_heap && highest[-1] == kPaint) --highest;
  if (deepest == stack_lowest) stop(false);
  tell("stack", static_cast<std::uint32_t>(top - deepest));
  tell("heap", static_cast<std::uint32_t>(highest - proof_heap));
}

void start_count() {
  device(kReload) = kRound;
  device(kCount) = 0;    // starts from the top
  device(kSysTick) = 5;  // on, by the processor's clock
}

std::uint32_t counted() {
  return (kRound - device(kCount)) * kInstructionsPerTick;
}

const char* verdict() {
  return proof_action.note == OTARU_NOTE_COMMITTED ? "committed"
         : proof_action.note == OTARU_NOTE_REFUSED ? proof_action.reason
                                                   : "none";
}

}  // namespace otaru::proof

extern "C" {

using Handler = void (*)();
// Reset, NMI, the four faults. Nothing interrupts.
extern const Handler vectors[];
[[gnu::section(".vectors"), gnu::used]] const Handler vectors[] = {reinterpret_cast<Handler>(stack_top),
                                                                   reset,
                                                                   otaru::proof::fault,
                                                                   otaru::proof::fault,
                                                                   otaru::proof::fault,
                                                                   otaru::proof::fault,
                                                                   otaru::proof::fault,
                                                                   otaru::proof::fault};

// The emulator loads everything where it is linked, so there is nothing to copy.
void reset() {
  *reinterpret_cast<volatile std::uint32_t*>(0xE000'ED88) |= 0xFu
                                                             << 20;  // CPACR: the floating point registers
  run();
}
}
