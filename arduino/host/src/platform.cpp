// The platform that the Arduino library and its engine run on: this computer, as a board.
#include <chrono>
#include <cstring>
#include <span>
#include <thread>

#include <otaru/mbed/randomness.hpp>
#include <otaru/net/clock.hpp>

#include "board.hpp"
#include "console.hpp"
#include "multicast.hpp"
#include "network.hpp"
#include "otaru_platform.h"
#include "tcp.hpp"
#include "watchdog.hpp"

namespace otaru::sketch {
namespace {

int result(Status status) noexcept {
  return status == Status::ok ? 0 : -1;
}

int flash_read(void*, std::uint32_t at, void* out, std::size_t length) {
  const MutableBytes bytes(static_cast<std::byte*>(out), length);
  return the_board().with_flash([&](board::NorModel& part) { return result(part.read(at, bytes)); });
}

int flash_program(void*, std::uint32_t at, const void* data, std::size_t length) {
  const Bytes bytes(static_cast<const std::byte*>(data), length);
  return the_board().with_flash([&](board::NorModel& part) { return result(part.program(at, bytes)); });
}

int flash_erase_sector(void*, std::uint32_t at) {
  return the_board().with_flash([&](board::NorModel& part) { return result(part.erase_sector(at)); });
}

int flash_erase_block(void*, std::uint32_t at) {
  return the_board().with_flash([&](board::NorModel& part) { return result(part.erase_block(at)); });
}

int running_slot(void*) {
  return the_board().running() == flash::SlotId::ota1 ? 0 : 1;
}

int random_bytes(void*, void* out, std::size_t length) {
  const mbed::Randomness randomness = mbed::system_randomness();
  return randomness.fill(randomness.context, {static_cast<std::byte*>(out), length}) ? 0 : -1;
}

int own_address(void*, std::uint8_t address[4]) {
  const auto place = own_place();
  if (!place) return 0;
  std::memcpy(address, place->address.data(), place->address.size());
  return 1;
}

int mac(void*, std::uint8_t out[6]) {
  const std::uint64_t identity = the_board().identity();
  out[0] = 0x02;  // locally administered: no maker's
  for (unsigned i = 1; i < 6; ++i) out[i] = static_cast<std::uint8_t>(identity >> (8 * i));
  return 0;
}

void log_line(void*, const char* line) {
  say(line);
}

otaru_port make_port() {
  otaru_port port{};
  port.flash_size = the_board().options().layout->size;
  port.flash_read = flash_read;
  port.flash_program = flash_program;
  port.flash_erase_sector = flash_erase_sector;
  port.flash_erase_block = flash_erase_block;
  port.running_slot = running_slot;
  port.millis = [](void*) { return net::now_ms(); };
  port.random = random_bytes;
  port.own_address = own_address;
  port.mac = mac;
  add_tcp(port);
  add_multicast(port);
  port.reset = [](void*) { the_board().reset(); };
  port.watchdog_start = [](void*, std::uint32_t ms) { the_watchdog().start(std::chrono::milliseconds(ms)); };
  port.watchdog_feed = [](void*) { the_watchdog().feed(); };
  port.watchdog_stop = [](void*) { the_watchdog().stop(); };
  port.log = log_line;
  return port;
}

}  // namespace
}  // namespace otaru::sketch

extern "C" {

const otaru_port* otaru_platform_port(void) {
  static const otaru_port port = otaru::sketch::make_port();
  return &port;
}

int otaru_platform_start_task(uint32_t (*work)(void* context), void* context) {
  try {
    std::thread([work, context] {
      for (uint32_t wait_ms = work(context); wait_ms != OTARU_TASK_ENDS; wait_ms = work(context))
        otaru_platform_sleep(wait_ms);
    }).detach();
  } catch (const std::system_error&) {
    return -1;
  }
  return 0;
}

const void* otaru_platform_this_task(void) {
  static thread_local const char here = 0;
  return &here;
}

void otaru_platform_sleep(uint32_t milliseconds) {
  if (milliseconds == 0)
    std::this_thread::yield();
  else
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

}  // extern "C"
