// What makes one application differ from another: each image is the same program with another variant.cpp.
#pragma once

#include <cstdint>

#include <otaru_engine.h>

namespace otaru::firmware {

/// What an application does when its start has been judged.
enum class Behaviour : std::uint8_t {
  works,           ///< confirms itself when it can be updated
  never_confirms,  ///< works, but waits for a confirmation that nobody gives
  crashes,         ///< takes a fault
  hangs,           ///< stands still with interrupts off
};

struct Variant {
  const char* version;
  const char* marker;
  Behaviour behaviour;
};

extern const Variant variant;

/// Gives the engine the keys and the password that the application was built with, if any.
void protect(otaru_engine& engine);

}  // namespace otaru::firmware
