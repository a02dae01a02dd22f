// From the reset to run(), with what C++ needs on the way; and what becomes of a fault.
#include <cstdint>
#include <cstdlib>

#include "guest.hpp"

using Handler = void (*)();

extern "C" {
extern const Handler initialisers_start[];  // all by guest.ld
extern const Handler initialisers_end[];
extern char stack_top[];
[[noreturn]] void reset();
[[gnu::weak]] void on_systick();  // both where a test has them
[[gnu::weak]] void on_timer();
}

namespace {

constexpr std::uintptr_t kCpacr = 0xE000'ED88;  // coprocessor access control
constexpr std::uint32_t kFloatingPoint = std::uint32_t{0xF} << 20;

void fault() {
  otaru::guest::print("\nthe processor took a fault\n");
  otaru::guest::stop(139);  // what a shell gives for SIGSEGV
}

}  // namespace

extern "C" {

// Reset, NMI, the faults; SysTick; the machine's interrupts, of which tests use the second timer's.
extern const Handler vectors[];
[[gnu::section(".vectors"), gnu::used]] const Handler vectors[] = {reinterpret_cast<Handler>(stack_top),
                                                                   reset,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   nullptr,
                                                                   nullptr,
                                                                   nullptr,
                                                                   fault,
                                                                   fault,
                                                                   nullptr,
                                                                   fault,
                                                                   on_systick,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   on_timer};

// newlib's exit() calls it after the destructors of static objects.
void _fini() {}

void reset() {
  *reinterpret_cast<volatile std::uint32_t*>(kCpacr) |= kFloatingPoint;
  for (const Handler* next = initialisers_start; next != initialisers_end; ++next) (*next)();
  std::exit(otaru::guest::run());
}
}
