#include "booked_port.hpp"

#include "machine/accounts.hpp"

namespace otaru::firmware {
namespace {

constinit otaru_port actual{};

template <Account kAccount, auto kFunction>
struct Booked;

template <Account kAccount, class Result, class... Arguments, Result (*otaru_port::*kFunction)(Arguments...)>
struct Booked<kAccount, kFunction> {
  static Result call(Arguments... arguments) {
    const Booking booking(kAccount);
    return (actual.*kFunction)(arguments...);
  }
};

template <Account kAccount, auto... kFunctions>
void wrap(otaru_port& port) noexcept {
  ((port.*kFunctions = Booked<kAccount, kFunctions>::call), ...);
}

}  // namespace

void book(otaru_port& port) noexcept {
  using Port = otaru_port;
  actual = port;
  wrap<Account::flash, &Port::flash_read, &Port::flash_program, &Port::flash_erase_sector,
       &Port::flash_erase_block>(port);
  wrap<Account::network, &Port::tcp_listen, &Port::tcp_accept, &Port::tcp_receive, &Port::tcp_send,
       &Port::tcp_shutdown, &Port::tcp_close, &Port::mdns_open, &Port::mdns_receive, &Port::mdns_send,
       &Port::mdns_close>(port);
  wrap<Account::rest, &Port::random, &Port::reset, &Port::log>(port);
}

}  // namespace otaru::firmware
