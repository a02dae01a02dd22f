// The C boundary of the engine. Nothing is decided here.
#include "otaru_engine.h"

#include <new>

#include "engine.hpp"

namespace {

using otaru::engine::Engine;

static_assert(sizeof(Engine) <= OTARU_ENGINE_SIZE, "raise OTARU_ENGINE_SIZE");
static_assert(alignof(Engine) <= alignof(otaru_engine));

Engine& engine_in(otaru_engine* memory) noexcept {
  return *std::launder(reinterpret_cast<Engine*>(memory->opaque.bytes));
}
const Engine& engine_in(const otaru_engine* memory) noexcept {
  return *std::launder(reinterpret_cast<const Engine*>(memory->opaque.bytes));
}

constexpr std::size_t kMaxPassword = 4096;  // bytes: a bound, because a board has no strlen

}  // namespace

void otaru_engine_init(otaru_engine* engine, const otaru_port* port) {
  ::new (static_cast<void*>(engine->opaque.bytes)) Engine(*port);
}

void otaru_engine_set_password(otaru_engine* engine, const char* password) {
  engine_in(engine).set_password(otaru::engine::text_of(password, kMaxPassword));
}

void otaru_engine_set_keys(otaru_engine* engine, const unsigned char (*keys)[64], size_t count) {
  static_assert(sizeof(otaru::crypto::PublicKey) == sizeof *keys);
  engine_in(engine).set_keys({reinterpret_cast<const otaru::crypto::PublicKey*>(keys), count});
}

otaru_engine_result otaru_engine_start(otaru_engine* engine, const otaru_config* config) {
  return engine_in(engine).start(*config);
}

uint32_t otaru_engine_poll(otaru_engine* engine) {
  return engine_in(engine).poll();
}

void otaru_engine_confirm(otaru_engine* engine) {
  engine_in(engine).confirm();
}

void otaru_engine_reject(otaru_engine* engine) {
  engine_in(engine).reject();
}

void otaru_engine_stop(otaru_engine* engine) {
  engine_in(engine).stop();
}

int otaru_engine_on_trial(const otaru_engine* engine) {
  return engine_in(engine).on_trial() ? 1 : 0;
}

int otaru_engine_listening(const otaru_engine* engine) {
  return engine_in(engine).listening() ? 1 : 0;
}

int otaru_engine_updating(const otaru_engine* engine) {
  return engine_in(engine).updating() ? 1 : 0;
}

int otaru_engine_slot(const otaru_engine* engine) {
  return engine_in(engine).slot();
}

const char* otaru_engine_version(const otaru_engine* engine) {
  return engine_in(engine).version();
}
