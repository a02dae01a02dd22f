// Arduino on the virtual board: pins. Nothing hangs on them; the console tells when an output changes.
#ifndef OTARU_SKETCH_PINS_H
#define OTARU_SKETCH_PINS_H

#include <stdint.h>

#define HIGH 0x1
#define LOW 0x0

#define INPUT_PULLDOWN 0x01
#define INPUT INPUT_PULLDOWN
#define OUTPUT 0x02
#define INPUT_PULLUP 0x03
#define INPUT_PULLNONE 0x04
#define OUTPUT_OPENDRAIN 0x05

// Numbers of the BW16's; boards differ in what is where.
#define LED_G 10
#define LED_B 11
#define LED_R 12
#define LED_BUILTIN LED_G
#define AMB_D0 0
#define AMB_D1 1
#define AMB_D2 2
#define AMB_D3 3
#define AMB_D4 4
#define AMB_D5 5
#define AMB_D6 6
#define AMB_D7 7
#define AMB_D8 8
#define AMB_D9 9
#define AMB_D10 10
#define AMB_D11 11
#define AMB_D12 12
#define A2 AMB_D6

#ifdef __cplusplus
extern "C" {
#endif

void pinMode(uint32_t pin, uint32_t mode);
/// The console tells of each change.
void digitalWrite(uint32_t pin, uint32_t level);
/// What was written to the pin last; of an input with a pull-up HIGH, else LOW.
int digitalRead(uint32_t pin);
void analogWrite(uint32_t pin, uint32_t value);
/// 0: nothing hangs on the pin.
uint32_t analogRead(uint32_t pin);

#ifdef __cplusplus
}
#endif

#endif
