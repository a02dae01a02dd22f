#include "figures.hpp"

#include <cstdint>

#include "machine/accounts.hpp"
#include "machine/clock.hpp"
#include "machine/stack.hpp"
#include "machine/uart.hpp"
#include "net/network.hpp"

namespace otaru::firmware {
namespace {

/// Two instructions a turn.
void turn(std::uint32_t times) noexcept {
  asm volatile("0: subs %0, #1\n\tbne 0b" : "+r"(times)::"cc");
}

}  // namespace

void tell_accounts(std::string_view until) noexcept {
  const Booking booking(Account::rest);
  print("[figures] ");
  print(until);
  print(" engine=");
  print(static_cast<std::uint32_t>(booked(Account::engine)));
  print(" flash=");
  print(static_cast<std::uint32_t>(booked(Account::flash)));
  print(" network=");
  print(static_cast<std::uint32_t>(booked(Account::network)));
  print(" rest=");
  print(static_cast<std::uint32_t>(booked(Account::rest)));
  print_line(" idle=", static_cast<std::uint32_t>(booked(Account::idle)));
}

void tell_memory() noexcept {
  const NetworkMemory network = network_memory();
  const FrameCounts& frames = network_frames();
  print_line("[figures] memory stack=", deepest_stack(), " heap=", network.heap_peak,
             " pools=", network.pools_peak, " room=", network.room, " refused=", network.refused);
  print_line("[figures] frames received=", frames.received, " sent=", frames.sent,
             " lost=", frames.lost_broken + frames.lost_no_memory + frames.lost_unsent);
}

void tell_yardstick() noexcept {
  constexpr std::uint32_t kTurns = 5'000'000, kPieces = 10'000;
  const std::uint32_t before_loop = cycles();
  turn(kTurns);
  const std::uint32_t loop = cycles() - before_loop;
  clear_accounts();
  const std::uint32_t before_pieces = cycles();
  for (std::uint32_t i = 0; i < kPieces; ++i) {
    const Booking booking(Account::engine);
    turn(kTurns / kPieces);
  }
  const std::uint32_t pieces = cycles() - before_pieces;
  print_line("[figures] yardstick instructions=", 2 * kTurns, " pieces=", kPieces, " loop=", loop,
             " booked=", static_cast<std::uint32_t>(booked(Account::engine)), " with_booking=", pieces);
}

}  // namespace otaru::firmware
