#include <array>
#include <chrono>
#include <random>
#include <string>
#include <thread>

#include "Arduino.h"
#include "board.hpp"
#include "console.hpp"
#include "watchdog.hpp"

namespace {

using Clock = std::chrono::steady_clock;

const Clock::time_point power_on = Clock::now();

template <class Unit>
unsigned long since_power_on() {
  // A board's counters have 32 bits, and wrap.
  return static_cast<uint32_t>(std::chrono::duration_cast<Unit>(Clock::now() - power_on).count());
}

struct Pin {
  uint32_t mode = INPUT;
  uint32_t level = LOW;
  uint32_t duty = 0;
};

std::array<Pin, 64> pins;

Pin& pin_of(uint32_t number) {
  return pins[number % pins.size()];
}

std::mt19937& generator() {
  static std::mt19937 made{std::random_device{}()};
  return made;
}

}  // namespace

extern "C" {

unsigned long millis(void) {
  return since_power_on<std::chrono::milliseconds>();
}
unsigned long micros(void) {
  return since_power_on<std::chrono::microseconds>();
}
void delay(uint32_t milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}
void delayMicroseconds(uint32_t microseconds) {
  std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
}
void yield(void) {
  std::this_thread::yield();
}

void wdt_enable(uint32_t timeout_ms) {
  otaru::sketch::the_watchdog().start(std::chrono::milliseconds(timeout_ms));
}
void wdt_reset(void) {
  otaru::sketch::the_watchdog().feed();
}
void wdt_disable(void) {
  otaru::sketch::the_watchdog().stop();
}
void sys_reset(void) {
  otaru::sketch::the_board().reset();
}

void pinMode(uint32_t pin, uint32_t mode) {
  pin_of(pin).mode = mode;
}

void digitalWrite(uint32_t pin, uint32_t level) {
  Pin& written = pin_of(pin);
  const uint32_t now = level == LOW ? LOW : HIGH;
  if (now != written.level)
    otaru::sketch::say("[pin] " + std::to_string(pin) + (now == HIGH ? " is HIGH" : " is LOW"));
  written.level = now;
}

int digitalRead(uint32_t pin) {
  const Pin& read = pin_of(pin);
  if (read.mode == OUTPUT || read.mode == OUTPUT_OPENDRAIN) return static_cast<int>(read.level);
  return read.mode == INPUT_PULLUP ? HIGH : LOW;
}

void analogWrite(uint32_t pin, uint32_t value) {
  if (value != pin_of(pin).duty)
    otaru::sketch::say("[pin] " + std::to_string(pin) + " has duty " + std::to_string(value));
  pin_of(pin).duty = value;
}

uint32_t analogRead(uint32_t) {
  return 0;
}

}  // extern "C"

long random(long high) {
  return random(0, high);
}
long random(long low, long high) {
  return high > low ? std::uniform_int_distribution<long>(low, high - 1)(generator()) : low;
}
void randomSeed(uint32_t seed) {
  generator().seed(seed);
}

long map(long value, long from_low, long from_high, long to_low, long to_high) {
  if (from_high == from_low) return to_low;
  return (value - from_low) * (to_high - to_low) / (from_high - from_low) + to_low;
}
