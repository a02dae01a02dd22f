// The stock library's class OTA, by Otaru: sketches written for it compile unchanged.
//
// What is different: beginOTA() returns at once, a failed attempt is survived, the next one works, and a new
// image that does not work is left again. The sketch announces itself as before, by AmebaMDNS.
#ifndef OTARU_STOCK_H
#define OTARU_STOCK_H

#include "Otaru.h"

// The stock header brings these along, and sketches rely on it.
#include <Arduino.h>
#include <WiFi.h>

class OTA {
 public:
  OTA() {}

  /// Waits for updates on a TCP port, in a task of its own, for as long as the sketch runs. Blocks as
  /// Otaru.begin() does; the stock one blocks until an attempt has ended. The board is announced by the
  /// sketch's own AmebaMDNS, so Otaru's is off.
  /// To do more (password, keys, callbacks), call Otaru's functions before it.
  void beginOTA(int port);
};

#endif
