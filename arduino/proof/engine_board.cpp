#include "engine_board.hpp"

#include <algorithm>
#include <string_view>

extern "C" {
extern unsigned char stack_lowest[];  // the three by mps2_an505.ld
extern unsigned char stack_top[];
extern unsigned char flash_memory[];
}

namespace otaru::proof {
namespace {

constexpr std::uint32_t kFlashSize = 0x20'0000;
constexpr unsigned char kPaint = 0xA5;
constexpr std::uint32_t kLinger_ms = 5'000;

otaru_engine engine;
otaru_port port{};
std::uint32_t now_ms =
    0;  // stands still until all is said: a run must not depend on the speed of this machine
bool connected = false;
bool closed = false;
bool committed = false;
bool was_reset = false;
const char* outcome = "none";

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

/// The same in every run. A board has a generator.
int random(void*, void* out, std::size_t length) {
  static std::uint32_t state = 1;
  for (std::size_t i = 0; i < length; ++i) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    static_cast<unsigned char*>(out)[i] = static_cast<unsigned char>(state >> 16);
  }
  return 0;
}

void make_port(const Line& line) {
  port.flash_read = read;
  port.flash_program = program;
  port.flash_erase_sector = erase_sector;
  port.flash_erase_block = erase_block;
  port.millis = [](void*) { return now_ms; };
  port.random = random;
  port.own_address = [](void*, std::uint8_t address[4]) {
    std::fill_n(address, 4, std::uint8_t{127});
    return 1;
  };
  port.tcp_listen = [](void*, std::uint16_t) { return 1; };
  port.tcp_accept = [](void*, int, otaru_peer*) {  // one sender, who is there at once
    const bool first = !connected;
    connected = true;
    return first ? 2 : OTARU_NOT_NOW;
  };
  port.tcp_receive = line.receive;
  port.tcp_send = line.send;
  port.tcp_shutdown = [](void*, int) { closed = true; };
  port.tcp_close = [](void*, int) { closed = true; };
  port.reset = [](void*) { was_reset = true; };
}

void happened(void*, const otaru_news* news) {
  if (news->event == OTARU_EVENT_END) {
    outcome = "committed";
    committed = true;
  }
  if (news->event == OTARU_EVENT_ERROR) outcome = news->code;
}

[[gnu::noinline]] void work(void (*set_up)(otaru_engine* engine)) {
  otaru_config config{};
  config.name = "M33";
  config.board = input.board;
  config.on_event = happened;
  otaru_engine_init(&engine, &port);
  set_up(&engine);
  if (otaru_engine_start(&engine, &config) != OTARU_STARTED) return;
  while (!closed) otaru_engine_poll(&engine);
  for (; now_ms < kLinger_ms && !was_reset; ++now_ms) otaru_engine_poll(&engine);
}

}  // namespace

bool said_all() {
  return closed;
}

[[noreturn]] void take_update(const Line& line, void (*set_up)(otaru_engine* engine)) {
  constexpr std::string_view kSignature = "81958711";  // the image that runs
  std::fill_n(flash_memory, kFlashSize, 0xFF);
  std::copy(kSignature.begin(), kSignature.end(), flash_memory + 0x6000);
  make_port(line);
  unsigned char* top = nullptr;
  asm volatile("mov %0, sp" : "=r"(top));
  for (unsigned char* at = stack_lowest; at < top; ++at) *const_cast<volatile unsigned char*>(at) = kPaint;
  work(set_up);
  const unsigned char* deepest = stack_lowest;
  while (deepest < top && *deepest == kPaint) ++deepest;
  tell("stack", static_cast<std::uint32_t>(top - deepest));
  tell("verdict", committed == was_reset ? outcome : "no_reset");
  stop(deepest != stack_lowest);
}

}  // namespace otaru::proof
