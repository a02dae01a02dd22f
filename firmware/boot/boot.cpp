// The boot loader of the emulated board: the stock boot loader's rule, which is core's
// (otaru/boot/select.hpp), and then what the flash MMU and the stock boot loader do with the chosen slot. It
// checks nothing more than they do, and changes no flash.
//
// Of an image 2 it takes KM4's segments: this machine has one processor. The flash MMU, which on the real
// part shows the chosen slot at the addresses the code was linked for, is modelled by copying.
#include <algorithm>
#include <array>

#include <otaru/boot/select.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/image/image2.hpp>

#include "machine/machine.hpp"
#include "machine/nor.hpp"
#include "machine/uart.hpp"

extern "C" {
extern unsigned char boot_stack_top[];  // by boot.ld
[[noreturn]] void boot();

using Handler = void (*)();
extern const Handler boot_vectors[];
[[gnu::section(".vectors"), gnu::used]] const Handler boot_vectors[] = {
    reinterpret_cast<Handler>(boot_stack_top), boot, boot, boot};
}

namespace otaru::firmware {
namespace {

struct Window {
  std::uint32_t start;
  std::uint32_t size;
};
constexpr Window kCode{0x1010'0000, 0x30'0000};  // where slots are mapped: application.ld
constexpr Window kRam{0x3800'0000, 0x8'0000};

/// What a real boot loader does when there is nothing to boot: it stays there.
[[noreturn]] void stay(std::string_view why) {
  print_line("[boot] ", why);
  for (;;) asm volatile("wfi");
}

bool inside(const Window& window, const image::SegmentHeader& header) noexcept {
  return header.load_address >= window.start && header.size <= window.size &&
         header.load_address - window.start <= window.size - header.size;
}

/// Brings a segment to where it was linked for.
void load(Nor& flash, std::uint32_t at, const image::SegmentHeader& header, const Window& window) {
  if (!inside(window, header)) stay("a segment's addresses are not memory of this machine: the board hangs");
  auto* const to = reinterpret_cast<std::byte*>(std::uintptr_t{header.load_address});
  if (flash.read(at + image::kSegmentHeaderSize, {to, header.size}) != Status::ok)
    stay("a segment leaves the flash: the board hangs");
}

image::SegmentHeader header_at(Nor& flash, std::uint32_t at) {
  std::array<std::byte, image::kSegmentHeaderSize> bytes{};
  if (flash.read(at, bytes) != Status::ok) stay("a segment's header leaves the flash: the board hangs");
  return image::read_segment_header(bytes);
}

[[noreturn]] void jump(std::uint32_t entry) {
  const std::uint32_t stack = device(entry), start = device(entry + 4);
  asm volatile("msr msp, %0\n\tbx %1" ::"r"(stack), "r"(start));
  __builtin_unreachable();
}

}  // namespace
}  // namespace otaru::firmware

[[noreturn]] void boot() {
  using namespace otaru;
  using namespace otaru::firmware;
  start_uart();
  print_line("#calibration_ok:[2:19:11]");
  Nor flash;
  const flash::Layout& layout = flash::kAmebaD2Mb;
  const Result<boot::Selection> selection = boot::select(flash, layout);
  if (!selection || !selection->slot) stay("boot failed: no slot has a signature");
  const std::string_view name = flash::name(*selection->slot);
  if (!selection->km4_found) {
    print_line("[boot] ", name);
    stay("KM4 is not where it should be: the board hangs");
  }
  print("[boot] ");
  print(name);
  print(" boots (address ");
  print_hex(0x0800'0000 + layout.slot(*selection->slot).offset);
  print_line(")");

  const std::uint32_t code_at = selection->km4_offset;
  const image::SegmentHeader code = header_at(flash, code_at);
  load(flash, code_at, code, kCode);
  const std::uint32_t ram_at = code_at + image::kSegmentHeaderSize + code.size;
  const image::SegmentHeader ram = header_at(flash, ram_at);
  if (ram.size > 0) load(flash, ram_at, ram, kRam);
  device(kMappedSlot) = static_cast<std::uint32_t>(*selection->slot);
  jump(code.load_address);
}
