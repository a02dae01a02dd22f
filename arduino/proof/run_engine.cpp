// Runs libOtaru.a, the very bytes that boards get, on an emulated Cortex-M33: the engine with keys takes one
// update from the first byte to the reset. Started by scripts/run_m33.py, which puts the update into memory,
// changes it, and judges what is printed here.
#include <algorithm>

#include "machine.hpp"
#include "otaru_engine.h"

extern "C" {
extern unsigned char stack_lowest[];  // the three by mps2_an505.ld
extern unsigned char stack_top[];
extern unsigned char flash_memory[];
}

namespace {

constexpr std::uint32_t kFlashSize = 0x20'0000;
constexpr unsigned char kPaint = 0xA5;
constexpr std::uint32_t kMostPolls = 100'000;

otaru_engine engine;
std::uint32_t polls = 0;
std::uint32_t sent = 0;
bool connected = false;
bool closed = false;
bool was_reset = false;
const char* verdict = "none";

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

std::uint32_t millis(void*) {
  return polls;
}
int random(void*, void* out, std::size_t length) {
  std::fill_n(static_cast<unsigned char*>(out), length, 4);  // nothing is secret here
  return 0;
}
int own_address(void*, std::uint8_t address[4]) {
  std::fill_n(address, 4, 127);
  return 1;
}

// One sender, who is there at once and sends what the emulator was given.
int listen(void*, std::uint16_t) {
  return 1;
}
int accept(void*, int, otaru_peer*) {
  if (connected) return OTARU_NOT_NOW;
  connected = true;
  return 2;
}
int receive(void*, int, void* out, std::size_t length) {
  const auto taken = std::min<std::uint32_t>(input.size - sent, static_cast<std::uint32_t>(length));
  std::copy_n(input.stream + sent, taken, static_cast<unsigned char*>(out));
  sent += taken;
  if (taken > 0) return static_cast<int>(taken);
  return closed ? 0 : OTARU_NOT_NOW;
}
int send(void*, int, const void*, std::size_t length) {
  return static_cast<int>(length);
}
void shut_down(void*, int) {
  closed = true;  // the sender has heard the verdict
}
void close(void*, int) {}
void reset_board(void*) {
  was_reset = true;
}

otaru_port port{};

void make_port() {
  port.flash_read = read;
  port.flash_program = program;
  port.flash_erase_sector = erase_sector;
  port.flash_erase_block = erase_block;
  port.millis = millis;
  port.random = random;
  port.own_address = own_address;
  port.tcp_listen = listen;
  port.tcp_accept = accept;
  port.tcp_receive = receive;
  port.tcp_send = send;
  port.tcp_shutdown = shut_down;
  port.tcp_close = close;
  port.reset = reset_board;
}

void happened(void*, const otaru_news* news) {
  if (news->event == OTARU_EVENT_END) verdict = "committed";
  if (news->event == OTARU_EVENT_ERROR) verdict = news->code;
}

[[gnu::noinline]] void update() {
  otaru_config config{};
  config.name = "M33";
  config.board = input.board;
  config.on_event = happened;
  otaru_engine_init(&engine, &port);
  otaru_engine_set_keys(&engine, input.key, 1);
  if (otaru_engine_start(&engine, &config) != OTARU_STARTED) return;
  while (!closed && polls++ < kMostPolls) otaru_engine_poll(&engine);
  for (std::uint32_t i = 0; i < 1'000 && closed && !was_reset; ++i, ++polls) otaru_engine_poll(&engine);
}

}  // namespace

void run() {
  constexpr char kSignature[] = "81958711";  // the image that runs
  std::fill_n(flash_memory, kFlashSize, 0xFF);
  std::copy_n(kSignature, 8, flash_memory + 0x6000);
  make_port();
  unsigned char* top = nullptr;
  asm volatile("mov %0, sp" : "=r"(top));
  for (unsigned char* at = stack_lowest; at < top; ++at) *const_cast<volatile unsigned char*>(at) = kPaint;
  update();
  const unsigned char* deepest = stack_lowest;
  while (deepest < top && *deepest == kPaint) ++deepest;
  otaru::proof::tell("stack", static_cast<std::uint32_t>(top - deepest));
  const bool committed = verdict[0] == 'c' && verdict[1] == 'o' && verdict[2] == 'm';
  otaru::proof::tell("verdict", committed == was_reset ? verdict : "no reset");
  otaru::proof::stop(deepest != stack_lowest);
}
