// Arduino on the virtual board: what every sketch may use. Written after the public Arduino reference and the
// names that the AmebaD package documents; C++11.
#ifndef Arduino_h
#define Arduino_h

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Stream.h"
#include "WString.h"
#include "pins.h"

typedef bool boolean;
typedef uint8_t byte;
typedef unsigned int word;

#define PI 3.1415926535897932384626433832795
#define HALF_PI 1.5707963267948966192313216916398
#define TWO_PI 6.283185307179586476925286766559
#define DEG_TO_RAD 0.017453292519943295769236907684886
#define RAD_TO_DEG 57.295779513082320876798154814105

#define radians(degrees) ((degrees)*DEG_TO_RAD)
#define degrees(radians) ((radians)*RAD_TO_DEG)
#define sq(x) ((x) * (x))
#define constrain(x, low, high) ((x) < (low) ? (low) : ((x) > (high) ? (high) : (x)))
#define lowByte(word) ((uint8_t)((word)&0xff))
#define highByte(word) ((uint8_t)((word) >> 8))
#define bit(number) (1UL << (number))
#define bitRead(value, number) (((value) >> (number)) & 0x01)
#define bitSet(value, number) ((value) |= (1UL << (number)))
#define bitClear(value, number) ((value) &= ~(1UL << (number)))
#define bitWrite(value, number, to) ((to) ? bitSet(value, number) : bitClear(value, number))

// Functions where AmebaD has macros, so that the standard library's headers can follow.
template <class A, class B>
constexpr auto min(const A& a, const B& b) -> decltype(a < b ? a : b) {
  return a < b ? a : b;
}
template <class A, class B>
constexpr auto max(const A& a, const B& b) -> decltype(a < b ? a : b) {
  return a < b ? b : a;
}

#define SERIAL_8N1 0x06

/// The serial console: the board's, also that of printf().
class OtaruConsole : public Stream {
 public:
  void begin(uint32_t baud) { (void)baud; }
  void begin(uint32_t baud, uint8_t config) { (void)baud, (void)config; }
  void end() {}
  int available() override;
  int read() override;
  int peek() override;
  void flush() override;
  size_t write(uint8_t byte) override;
  size_t write(const uint8_t* bytes, size_t size) override;
  using Print::write;
  operator bool() const { return true; }
};
extern OtaruConsole Serial;

extern "C" {
unsigned long millis(void);  ///< since the last reset
unsigned long micros(void);
void delay(uint32_t milliseconds);
void delayMicroseconds(uint32_t microseconds);
void yield(void);

/// The watchdog: resets the board unless wdt_reset() is called in time.
void wdt_enable(uint32_t timeout_ms);
void wdt_reset(void);
void wdt_disable(void);

/// Resets the board.
void sys_reset(void);

inline void interrupts(void) {}
inline void noInterrupts(void) {}
}

long random(long high);
long random(long low, long high);
void randomSeed(uint32_t seed);
long map(long value, long from_low, long from_high, long to_low, long to_high);

// The sketch's own.
void setup();
void loop();

#endif
