// OTA_Rollback: a new image stays only if it passes a test of its own; else the old one comes back.
//
// To see it, let selfTest() return false, and push this sketch over a good one: the board tries it, rejects it and
// is back with the old image within seconds. An image that hangs or crashes before its verdict is left after three
// starts.

#include <WiFi.h>
#include <Otaru.h>

OTARU_IMAGE("MyAmeba", "1.0.0");

#define OTA_PORT 8020
#define TEST_WITHIN_S 60

char ssid[] = "yourNetwork";
char pass[] = "Password";

// What must work for this device to be of use. Here: its network. A real one reads its sensors, reaches its server ...
bool selfTest() {
  return WiFi.status() == WL_CONNECTED && WiFi.localIP() != IPAddress(0, 0, 0, 0);
}

void setup() {
  Serial.begin(115200);

  Otaru.confirmByHand(TEST_WITHIN_S);
  if (!Otaru.beginTask("MyAmeba", OTA_PORT)) {
    Serial.println("Otaru could not start: the lines above say why.");
  }

  // Three attempts at the network, so that a good image does not fall for a slow router.
  for (int attempt = 0; attempt < 3 && WiFi.status() != WL_CONNECTED; ++attempt) {
    Serial.println("Connecting to Wi-Fi.");
    WiFi.begin(ssid, pass);
  }

  if (!Otaru.onTrial()) {
    Serial.println("This image has proved itself before.");
  } else if (selfTest()) {
    Serial.println("The new image works: it stays.");
    Otaru.confirm();
  } else {
    Serial.println("The new image does not work: going back to the old one.");
    Otaru.reject();
  }
}

void loop() {
  if (WiFi.status() != WL_CONNECTED) {
    Serial.println("Wi-Fi is gone. Trying again.");
    WiFi.begin(ssid, pass);
  }
  delay(10000);
}
