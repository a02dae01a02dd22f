// What the program around a sketch knows of the update engine, if the sketch has one.
#pragma once

#include "otaru_engine.h"

namespace otaru::sketch {

/// True if the engine has nothing to wait for: it can be updated, and the image is confirmed. Also without
/// engine.
bool engine_is_settled();

/// True if the last poll by this thread left work that can be done at once.
bool engine_has_work() noexcept;

/// For the hooks in engine_calls.cpp, which are linked only with an engine.
void engine_started(otaru_engine* engine, bool (*is_settled)(const otaru_engine*));
void engine_polled(bool has_work) noexcept;

}  // namespace otaru::sketch
