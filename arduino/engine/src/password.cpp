#include <new>
#include <optional>

#include "engine.hpp"
#include "gates.hpp"
#include "heap.hpp"

namespace otaru::engine {
namespace {

/// The board's door and its gates: one set for a program, since it has one board.
struct Front {
  Front(const otaru_port& port, std::string_view password) noexcept
      : door(mbed::SharedSecret(password), {fill, const_cast<otaru_port*>(&port)}) {}

  static bool fill(void* port, MutableBytes to) noexcept {
    const auto* from = static_cast<const otaru_port*>(port);
    return from->random(from->context, to.data(), to.size()) == 0;
  }

  mbed::PushDoor door;
  std::array<std::optional<mbed::PushGate>, kGates> gates;
};

// Raw memory: nothing may be constructed before main.
alignas(Front) std::byte front_memory[sizeof(Front)];
Front* front = nullptr;

mbed::PushGate& at(int gate) noexcept {
  return *front->gates[static_cast<std::size_t>(gate)];
}

int open() noexcept {
  for (int gate = 0; gate < kGates; ++gate) {
    auto& place = front->gates[static_cast<std::size_t>(gate)];
    if (place) continue;
    place.emplace(front->door);
    return gate;
  }
  return -1;
}

void close(int gate) noexcept {
  front->gates[static_cast<std::size_t>(gate)].reset();
}
mbed::PushGate::Step step(int gate, Bytes wire, std::uint32_t now_ms) noexcept {
  return at(gate).step(wire, now_ms);
}
Bytes plain(int gate) noexcept {
  return at(gate).plain();
}
void consume(int gate, std::size_t bytes) noexcept {
  at(gate).consume(bytes);
}
bool secure(int gate) noexcept {
  return at(gate).secure();
}
void say(int gate, std::string_view text) noexcept {
  at(gate).say(text);
}
void finish(int gate) noexcept {
  at(gate).finish();
}
Bytes outgoing(int gate) noexcept {
  return at(gate).outgoing();
}
void sent(int gate, std::size_t bytes) noexcept {
  at(gate).sent(bytes);
}

constexpr Gates kFront{open, close, step, plain, consume, secure, say, finish, outgoing, sent};

void close_front() noexcept {
  if (front != nullptr) front->~Front();
  front = nullptr;
}

}  // namespace

void Engine::set_password(std::string_view password) noexcept {
  using namespace std::string_view_literals;
  if (!may_set("password"sv)) return;
  close_front();
  gates_ = nullptr;
  if (password.empty()) return;
  make_channel_heap(*port_);
  front = ::new (static_cast<void*>(front_memory)) Front(*port_, password);
  gates_ = &kFront;
}

}  // namespace otaru::engine
