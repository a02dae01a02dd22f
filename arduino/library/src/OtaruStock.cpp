#include "OtaruStock.h"

void OTA::beginOTA(int port) {
  Otaru.withoutMdns();  // the sketch announces itself, by AmebaMDNS
  Otaru.beginTask("Ameba", static_cast<uint16_t>(port));
}
