// How an application starts: what the boot loader jumps to, the interrupts, and what happens on a fault.
#include <algorithm>
#include <cstdint>

#include "clock.hpp"
#include "machine.hpp"
#include "stack.hpp"
#include "uart.hpp"
#include "watchdog.hpp"

extern "C" {

extern unsigned char bss_start[], bss_end[];  // by application.ld
[[noreturn]] void reset();
[[noreturn]] void fault();
[[noreturn]] void tell_fault(const std::uint32_t* frame);
[[noreturn]] void application();  // app/main.cpp

/// What the boot loader reads at the start of the code: the stack, and the first instruction.
struct Entry {
  unsigned char* stack;
  void (*start)();
};
extern const Entry entry;
[[gnu::section(".entry"), gnu::used]] const Entry entry{stack_top, reset};

using Handler = void (*)();
// The stack again, Reset, NMI, the faults and what nobody uses, SysTick. Peripherals do not interrupt.
extern const Handler vectors[];
[[gnu::section(".vectors"), gnu::used]] const Handler vectors[] = {reinterpret_cast<Handler>(stack_top),
                                                                   reset,
                                                                   on_watchdog,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   fault,
                                                                   on_systick};

[[noreturn]] void reset() {
  using otaru::firmware::device;
  constexpr std::uintptr_t kVectorTable = otaru::firmware::kSystemControl + 0x08;        // VTOR
  constexpr std::uintptr_t kCoprocessorAccess = otaru::firmware::kSystemControl + 0x88;  // CPACR
  asm volatile("msr msplim, %0" ::"r"(stack_lowest));  // a stack that is too deep is a fault
  device(kVectorTable) = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(vectors));
  device(kCoprocessorAccess) = 0xFu << 20;  // the floating point registers
  asm volatile("dsb\n\tisb" ::: "memory");
  std::fill(bss_start, bss_end, 0);
  otaru::firmware::paint_stack();
  application();
}

/// The stack may be what is broken: a new one, and the old one's top as the argument.
[[gnu::naked]] void fault() {
  asm volatile(
      "mrs r0, msp\n\t"
      "ldr r1, =stack_top\n\t"
      "msr msp, r1\n\t"
      "b tell_fault");
}

[[noreturn]] void tell_fault(const std::uint32_t* frame) {
  using namespace otaru::firmware;
  constexpr std::uintptr_t kFaultStatus = kSystemControl + 0x28;  // CFSR
  constexpr std::uint32_t kStackTooDeep = 1u << 20;               // STKOF: there is no frame then
  constexpr std::size_t kProgramCounter = 6;
  const std::uint32_t status = device(kFaultStatus);
  print("[fault] ");
  print_hex(status);
  if ((status & kStackTooDeep) != 0) {
    print(", the stack is too deep");
  } else {
    print(" at ");
    print_hex(frame[kProgramCounter]);
  }
  print_line(": reset");
  reset_machine();
}
}
