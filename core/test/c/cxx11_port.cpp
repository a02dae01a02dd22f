#include <c/c99_port.h>
#include <c/cxx11_port.hpp>

static_assert(__cplusplus == 201103L, "this file proves that the header is C++11: compile it as such");

Cxx11Port::Cxx11Port(const otaru_flash& flash)
    : good_(otaru_init(&device_, &flash, &c99_crypto, &c99_trust, OTARU_AMEBA_D_2MB, OTARU_OTA1, 3) == 0) {}

std::string Cxx11Port::push(const std::string& stream) {
  int evicts = 0;
  const int seat = otaru_open(&device_, 0, &evicts);
  std::string line;
  std::size_t at = 0;
  otaru_action action;
  do {
    const bool bytes = at < stream.size();
    otaru_step(&device_, seat, bytes ? OTARU_BYTES : OTARU_TIME, stream.data() + at, stream.size() - at, 0,
               &action);
    at += action.consumed;
    if (action.reply[0] != '\0') line = action.reply;
  } while (action.next == OTARU_AGAIN);
  return line;
}
