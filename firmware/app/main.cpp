// The application: the Otaru engine on this machine, with what a board has around it.
#include <otaru_engine.h>

#include "booked_port.hpp"
#include "figures.hpp"
#include "machine/accounts.hpp"
#include "machine/clock.hpp"
#include "machine/machine.hpp"
#include "machine/nor.hpp"
#include "machine/semihosting.hpp"
#include "machine/uart.hpp"
#include "machine/watchdog.hpp"
#include "net/network.hpp"
#include "net/port.hpp"
#include "variant.hpp"

namespace otaru::firmware {
namespace {

constinit otaru_engine engine{};
constinit otaru_port port{};
constinit Nor flash{};

// --- What the engine asks of this board ---

int result(Status status) noexcept {
  return status == Status::ok ? 0 : -1;
}

int flash_read(void*, std::uint32_t at, void* out, std::size_t length) {
  return result(flash.read(at, {static_cast<std::byte*>(out), length}));
}

int flash_program(void*, std::uint32_t at, const void* data, std::size_t length) {
  return result(flash.program(at, {static_cast<const std::byte*>(data), length}));
}

int flash_erase_sector(void*, std::uint32_t at) {
  return result(flash.erase_sector(at));
}

int flash_erase_block(void*, std::uint32_t at) {
  return result(flash.erase_block(at));
}

int random_bytes(void*, void* out, std::size_t length) {
  return computer_randomness({static_cast<std::byte*>(out), length}) ? 0 : -1;
}

void reset(void*) {
  tell_accounts("reset");
  tell_memory();
  print_line("[reset] after ", flash.operations(), " operations of the flash");
  reset_machine();
}

void make_port() noexcept {
  port.flash_size = flash.size();
  port.flash_read = flash_read;
  port.flash_program = flash_program;
  port.flash_erase_sector = flash_erase_sector;
  port.flash_erase_block = flash_erase_block;
  port.running_slot = [](void*) { return static_cast<int>(device(kMappedSlot)); };
  port.millis = [](void*) { return milliseconds(); };
  port.random = random_bytes;
  put_network(port);
  port.reset = reset;
  port.watchdog_start = [](void*, std::uint32_t limit_ms) { start_watchdog(limit_ms); };
  port.watchdog_feed = [](void*) { feed_watchdog(); };
  port.watchdog_stop = [](void*) { stop_watchdog(); };
  port.log = [](void*, const char* line) { print_line(line); };
  book(port);
}

// --- The application ---

void happened(void*, const otaru_news* news) {
  constexpr std::uint32_t kTold = 64 * 1024;  // bytes between two lines
  static constinit std::uint32_t told = 0;
  const Booking booking(Account::rest);
  switch (news->event) {
    case OTARU_EVENT_START:
      told = 0;
      clear_accounts();
      break;
    case OTARU_EVENT_PROGRESS:
      if (news->written - told < kTold && news->written != news->total) break;
      told = news->written;
      print_line("[update] ", news->written, " of ", news->total);
      if (news->written == news->total) tell_accounts("received");
      break;
    case OTARU_EVENT_END: tell_accounts("committed"); break;
    default: break;
  }
}

/// Images that do not work, for tests of what the board does about them.
void misbehave(Behaviour behaviour) {
  if (behaviour == Behaviour::crashes) asm volatile("udf #0");
  if (behaviour != Behaviour::hangs) return;
  asm volatile("cpsid i");
  for (;;) continue;
}

void obey(char key) {
  if (key == 'r') reset(nullptr);
  if (key == 'm') tell_yardstick();
  if (key != 'w') return;
  const auto* const content = reinterpret_cast<const std::byte*>(kFlashMemory);
  const bool written = write_file("flash.bin", {content, kFlashSize});
  print_line(written ? "[flash] written to flash.bin" : "[flash] flash.bin cannot be written");
}

[[noreturn]] void run() {
  start_uart();
  start_clock();
  print_line("Firmware ", variant.version, ", running from ", device(kMappedSlot) == 0 ? "OTA1" : "OTA2");
  make_port();
  otaru_engine_init(&engine, &port);
  protect(engine);
  otaru_config config{};
  config.marker = variant.marker;
  config.on_event = happened;
  config.watchdog_ms = variant.behaviour == Behaviour::hangs ? 1'500 : 5'000;
  if (variant.behaviour == Behaviour::never_confirms) {
    config.confirm_by_hand = 1;
    config.confirm_within_ms = 1'000;
  }
  // Before all else: a start of an image on trial must count, whatever comes then.
  if (otaru_engine_start(&engine, &config) != OTARU_STARTED) reset(nullptr);
  misbehave(variant.behaviour);
  start_network();
  for (;;) {
    bool busy = false;
    {
      const Booking booking(Account::network);
      busy = network_poll();
    }
    {
      const Booking booking(Account::engine);
      busy = otaru_engine_poll(&engine) == 0 || busy;
    }
    if (const auto key = typed()) obey(*key);
    if (busy) continue;
    const Booking booking(Account::idle);
    wait_for_event();
  }
}

}  // namespace
}  // namespace otaru::firmware

extern "C" [[noreturn]] void application();

void application() {
  otaru::firmware::run();
}
