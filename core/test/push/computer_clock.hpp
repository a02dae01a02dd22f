// What the clock contract needs of a computer: another clock than the one on trial, rest, and a second
// thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include <time.h>

namespace otaru::push {

/// Base of a Maker (clock_contract.hpp). The reference is the kernel's clock that nothing disciplines,
/// neither in its speed nor in its time; the clocks of the C++ library stand on others.
struct ComputerClock {
  static std::uint64_t reference_us() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
  }
  static void rest() { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }
  static void beside(const std::function<void()>& work, const std::function<void()>& body) {
    std::atomic<bool> over{false};
    std::thread other([&] {
      while (!over) work();
    });
    body();
    over = true;
    other.join();
  }
};

}  // namespace otaru::push
