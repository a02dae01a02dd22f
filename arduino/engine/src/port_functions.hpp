// Which of a port's functions the engine calls.
#pragma once

#include "otaru_engine.h"

namespace otaru::engine {

/// What the engine is asked to do, as far as it takes functions that a port may lack.
struct Uses {
  bool mdns;
  bool password;
  bool watchdog;
};

/// The name of a function that would be called and is not there; nullptr: the port has all.
const char* missing_function(const otaru_port& port, const Uses& uses) noexcept;

}  // namespace otaru::engine
