#include "engine_hooks.hpp"

#include <mutex>

namespace otaru::sketch {
namespace {

std::mutex mutex;
const otaru_engine* engine = nullptr;
bool (*settled)(const otaru_engine*) = nullptr;
thread_local bool more_to_do = false;

}  // namespace

bool engine_is_settled() {
  const std::lock_guard lock(mutex);
  return engine == nullptr || settled(engine);
}

bool engine_has_work() noexcept {
  return more_to_do;
}

void engine_started(otaru_engine* started, bool (*is_settled)(const otaru_engine*)) {
  const std::lock_guard lock(mutex);
  engine = started;
  settled = is_settled;
}

void engine_polled(bool has_work) noexcept {
  more_to_do = has_work;
}

}  // namespace otaru::sketch
