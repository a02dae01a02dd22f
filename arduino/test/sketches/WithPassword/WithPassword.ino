// Every function of the library, keys and password included: what the most costs.
#include <Otaru.h>
#include <WiFi.h>

OTARU_IMAGE("Everything", "2.3.4");

const unsigned char keys[1][64] = {{1}};

void setup() {
  Otaru.setPassword("open sesame");
  Otaru.setKeys(keys);
  Otaru.setVersion("9.9.9");
  Otaru.setLayout(OTARU_LAYOUT_4MB_FACTORY);
  Otaru.confirmByHand(60);
  Otaru.confirmAfter(5);
  Otaru.setTries(2);
  Otaru.setWatchdog(8);
  Otaru.onStart([]() {});
  Otaru.onProgress([](uint32_t, uint32_t) {});
  Otaru.onEnd([]() {});
  Otaru.onError([](const char*, const char*) {});
  if (!Otaru.begin() || !Otaru.beginTask("Everything", 8021)) Serial.println("no");
}

void loop() {
  Otaru.poll();
  if (Otaru.onTrial()) Otaru.confirm();
  if (Otaru.updating() || !Otaru.listening()) Otaru.reject();
  Serial.println(Otaru.slot());
  Serial.println(Otaru.version());
  Otaru.stop();
}
