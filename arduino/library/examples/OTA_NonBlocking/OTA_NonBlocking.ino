// OTA_NonBlocking: a sketch that goes on blinking while it is updated, and tells how far it is.
//
// No task of its own here: loop() calls Otaru.poll(), which never waits. While an update is written it takes a few
// milliseconds; the longest piece is one erase of flash.

#include <WiFi.h>
#include <Otaru.h>

OTARU_IMAGE("MyAmeba", "1.0.0");

#define OTA_PORT 8020
#define BLINK_MS 250

char ssid[] = "yourNetwork";
char pass[] = "Password";

unsigned long lastBlink = 0;
unsigned long lastTry = 0;
bool lit = false;

void updateStarts() {
  Serial.println("An update begins.");
}

void updateGoesOn(uint32_t written, uint32_t total) {
  Serial.print((uint32_t)((uint64_t)written * 100 / total));
  Serial.println(" %");
}

void updateEnds() {
  Serial.println("The new image is in place. Resetting into it.");
}

void updateFails(const char* code, const char* text) {
  Serial.print("No update: ");
  Serial.print(text);
  Serial.print(" (");
  Serial.print(code);
  Serial.println("). The sketch runs on, and the next attempt may come at once.");
}

void setup() {
  Serial.begin(115200);
  pinMode(LED_BUILTIN, OUTPUT);

  Otaru.onStart(updateStarts);
  Otaru.onProgress(updateGoesOn);
  Otaru.onEnd(updateEnds);
  Otaru.onError(updateFails);
  // WiFi.begin() may wait for long: give a new image on trial more time between two polls than the usual 30 s.
  Otaru.setWatchdog(60);
  if (!Otaru.begin("MyAmeba", OTA_PORT)) {
    Serial.println("Otaru could not start: the lines above say why.");
  }
}

void loop() {
  Otaru.poll();

  if (WiFi.status() != WL_CONNECTED && (lastTry == 0 || millis() - lastTry > 10000)) {
    Serial.println("Connecting to Wi-Fi.");
    WiFi.begin(ssid, pass);
    lastTry = millis();
  }

  if (millis() - lastBlink >= BLINK_MS) {
    lastBlink = millis();
    lit = !lit;
    digitalWrite(LED_BUILTIN, lit ? HIGH : LOW);
  }
}
