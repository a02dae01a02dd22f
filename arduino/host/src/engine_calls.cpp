// Stands between the Arduino library and the engine: the linker puts these in the way (--wrap), so that the
// library is the same here and on boards. What the board was started with comes before what the sketch asks
// for, and the engine says goodbye when the program is asked to end.
#include <cstdio>
#include <exception>
#include <mutex>
#include <string>

#include "board.hpp"
#include "console.hpp"
#include "engine_hooks.hpp"
#include "otaru_engine.h"
#include "tcp.hpp"

using otaru::sketch::the_board;

namespace {

// The engine is one thread's at a time; the thread that ends the program is another. A callback may ask
// things.
std::recursive_mutex mutex;
bool ended = false;

constexpr std::uint32_t kLong = 1000;  // ms

}  // namespace

extern "C" {

otaru_engine_result __real_otaru_engine_start(otaru_engine* engine, const otaru_config* config);
std::uint32_t __real_otaru_engine_poll(otaru_engine* engine);
void __real_otaru_engine_stop(otaru_engine* engine);

otaru_engine_result __wrap_otaru_engine_start(otaru_engine* engine, const otaru_config* config);
std::uint32_t __wrap_otaru_engine_poll(otaru_engine* engine);
void __wrap_otaru_engine_stop(otaru_engine* engine);

otaru_engine_result __wrap_otaru_engine_start(otaru_engine* engine, const otaru_config* config) {
  const auto& options = the_board().options();
  otaru_config asked = *config;
  if (options.name) asked.name = options.name->c_str();
  if (options.board) asked.board = options.board->c_str();
  if (options.tries) asked.tries = *options.tries;
  if (options.confirm_after_ms) asked.confirm_after_ms = *options.confirm_after_ms;
  if (options.watchdog_ms) asked.watchdog_ms = asked.confirm_within_ms = *options.watchdog_ms;
  const bool big = options.layout == &otaru::flash::kAmebaD4MbFactory;
  if (asked.layout != (big ? OTARU_LAYOUT_4MB_FACTORY : OTARU_LAYOUT_2MB))
    otaru::sketch::say("[board] its flash has layout " + std::string(options.layout->name) +
                       ", and the sketch takes it for another: see Otaru.setLayout()");
  try {
    asked.port = otaru::sketch::reserve_port(asked.port == 0 ? 8020 : asked.port);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "Error: %s\n", error.what());
    the_board().end(2);
  }
  const otaru_engine_result result = [&] {
    const std::lock_guard lock(mutex);
    return __real_otaru_engine_start(engine, &asked);
  }();
  if (result != OTARU_STARTED) return result;
  otaru::sketch::engine_started(engine, [](const otaru_engine* started) {
    return otaru_engine_listening(started) != 0 && otaru_engine_on_trial(started) == 0;
  });
  the_board().at_end([engine] {
    const std::lock_guard last(mutex);
    ended = true;
    __real_otaru_engine_stop(engine);
  });
  return result;
}

std::uint32_t __wrap_otaru_engine_poll(otaru_engine* engine) {
  const std::lock_guard lock(mutex);
  if (ended) return kLong;
  const std::uint32_t wait_ms = __real_otaru_engine_poll(engine);
  otaru::sketch::engine_polled(wait_ms == 0);
  return wait_ms;
}

void __wrap_otaru_engine_stop(otaru_engine* engine) {
  const std::lock_guard lock(mutex);
  __real_otaru_engine_stop(engine);
}

}  // extern "C"
