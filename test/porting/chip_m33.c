/* What an SDK would give to the programs of docs/porting.md on a Cortex-M33, so that they link. Never run. */
#include "chip.h"

static volatile uint32_t world; /* what nobody knows at compile time, so that nothing is optimised away */

int chip_flash_read(uint32_t at, void* out, size_t length) {
  size_t i;
  for (i = 0; i < length; i++) ((unsigned char*)out)[i] = (unsigned char)(at + world);
  return 0;
}
int chip_flash_program(uint32_t at, const void* data, size_t length) {
  world = at + (uint32_t)length + *(const unsigned char*)data;
  return 0;
}
int chip_flash_erase(uint32_t at, uint32_t bytes) {
  world = at + bytes;
  return 0;
}
int chip_running_slot(void) {
  return (int)world;
}
void chip_print(const char* line) {
  world = (uint32_t)*line;
}
int chip_random(void* out, size_t length) {
  *(unsigned char*)out = (unsigned char)(length + world);
  return 0;
}
size_t chip_serial_read(void* out, size_t most) {
  *(unsigned char*)out = (unsigned char)world;
  return most;
}
size_t chip_serial_write(const void* data, size_t length) {
  world = *(const unsigned char*)data;
  return length;
}
int chip_address(uint8_t address[4]) {
  address[0] = (uint8_t)world;
  return 1;
}
int chip_mac(uint8_t mac[6]) {
  mac[0] = (uint8_t)world;
  return 0;
}
void chip_watchdog_start(uint32_t milliseconds) {
  world = milliseconds;
}
void chip_watchdog_feed(void) {
  world = 1;
}
void chip_watchdog_stop(void) {
  world = 2;
}
int product_self_test(void) {
  return (int)world;
}
