// Runs the board's program of board_password.cpp on an emulated Cortex-M33: lets an uploader in
// (uploader.cpp, on this side of the serial line a computer), and takes one update through the secure
// channel. Started by scripts/run_m33.py, which judges what is printed here.
#include <algorithm>
#include <array>

#include "board_password.hpp"
#include "machine.hpp"

namespace {

using otaru::Bytes;
using otaru::MutableBytes;
using otaru::mbed::GateRefusal;
using otaru::mbed::PushGate;
using otaru::proof::counted;
using otaru::proof::start_count;
using Next = PushGate::Step::Next;

volatile std::uint32_t& device(std::uint32_t address) {
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}

// The serial line (CMSDK UART of the machine): the wire between uploader and board.

constexpr std::uint32_t kUart = 0x5020'0000;
constexpr std::uint32_t kData = kUart, kState = kUart + 4, kControl = kUart + 8, kDivider = kUart + 16;

void start_line() {
  device(kDivider) = 16;
  device(kControl) = 3;  // sends and receives
}

void send(Bytes bytes) {
  for (const std::byte byte : bytes) {
    while ((device(kState) & 1) != 0) continue;  // full
    device(kData) = std::to_integer<std::uint32_t>(byte);
  }
}

void receive(MutableBytes bytes) {
  for (std::byte& byte : bytes) {
    while ((device(kState) & 2) == 0) continue;  // empty
    byte = static_cast<std::byte>(device(kData));
  }
}

/// Whole records, so that every run has the same steps, however the bytes trickle in.
Bytes receive_record() {
  static std::array<std::byte, 4096> record;
  constexpr std::size_t kHeader = 5;  // TLS 1.2: type, version, length
  receive(MutableBytes(record).first(kHeader));
  const std::size_t length =
      std::to_integer<std::size_t>(record[3]) << 8 | std::to_integer<std::size_t>(record[4]);
  if (length > record.size() - kHeader) otaru::proof::stop(false);
  receive(MutableBytes(record).subspan(kHeader, length));
  return Bytes(record).first(kHeader + length);
}

struct Instructions {
  std::uint32_t handshake = 0;
  std::uint32_t longest_piece = 0;
  std::uint32_t record = 0;  // the longest, from the wire to plain bytes
} instructions;

const char* gate_verdict = nullptr;

/// The same in every run, so that its figures are the same too. A board has a generator.
bool made_randomness(void*, MutableBytes to) noexcept {
  static std::uint32_t state = 1;
  for (std::byte& byte : to) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    byte = static_cast<std::byte>(state >> 16);
  }
  return true;
}

/// One step of the gate, counted.
PushGate::Step counted_step(PushGate& gate, Bytes wire) {
  const bool handshake = !gate.open();
  start_count();
  const PushGate::Step step = gate.step(wire, 0);
  const std::uint32_t took = counted();
  if (handshake) {
    instructions.handshake += took;
    instructions.longest_piece = std::max(instructions.longest_piece, took);
  } else if (step.next == Next::plain) {
    instructions.record = std::max(instructions.record, took);
  }
  return step;
}

/// Hands over what was decrypted. @return true when the update has its verdict
bool take_plain(PushGate& gate, int seat) {
  do {
    const Bytes plain = gate.plain();
    otaru_step(&proof_device, seat, plain.empty() ? OTARU_TIME : OTARU_BYTES, plain.data(), plain.size(), 0,
               &proof_action);
    gate.consume(proof_action.consumed);
    gate.say(proof_action.reply);
    send(gate.outgoing());
    gate.sent(gate.outgoing().size());
    if (proof_action.note == OTARU_NOTE_COMMITTED || proof_action.note == OTARU_NOTE_REFUSED) return true;
  } while (!gate.plain().empty() || proof_action.next == OTARU_AGAIN);
  return false;
}

void push() {
  if (otaru_start(&proof_device) != OTARU_STARTED_NORMAL) return;
  PushGate& gate = otaru::proof::connect();
  int evicts = 0;
  const int seat = otaru_open(&proof_device, 0, &evicts);
  Bytes wire;
  for (;;) {
    const PushGate::Step step = counted_step(gate, wire);
    wire = wire.subspan(step.consumed);
    send(gate.outgoing());
    if (gate.secure()) gate.sent(gate.outgoing().size());
    switch (step.next) {
      case Next::wait: wire = receive_record(); break;
      case Next::again: break;
      case Next::plain:
        if (take_plain(gate, seat)) return;
        break;
      case Next::refuse: gate_verdict = otaru::mbed::wire_code(step.reason).data(); return;  // a constant
      case Next::direct:
      case Next::closed: return;
    }
  }
}

}  // namespace

void run() {
  using namespace otaru::proof;
  start_line();
  make_board();
  set_password("a password", {made_randomness, nullptr});
  measure(push);
  tell("handshake", instructions.handshake);
  tell("piece", instructions.longest_piece);
  tell("record", instructions.record);
  tell("verdict", gate_verdict != nullptr ? gate_verdict : verdict());
  stop(true);
}
