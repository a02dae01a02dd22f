#include "Arduino.h"

// Stands for the Arduino library, which leaves this in every image (docs/SPEC-marker.md).
static const char marker[] =
    "\x7f"
    "OTARU-IMAGE/1\nname=Blinky\nversion=1.0.0\nboard=ameba_rtl8720dn\nlibrary=0.1.0\n";

int main() {
  asm volatile("" ::"r"(marker));  // or the linker leaves it out
  setup();
  for (;;) loop();
}
