// OTA_Basic: the least that a sketch needs to be updated over the air.
//
// Fill in ssid and pass and upload once by USB. Then the board is under Tools > Port as
// "MyAmeba at <its address>": choose it, and Upload goes over the air.

#include <WiFi.h>
#include <Otaru.h>

OTARU_IMAGE("MyAmeba", "1.0.0");

#define OTA_PORT 8020

char ssid[] = "yourNetwork";
char pass[] = "Password";

void setup() {
  Serial.begin(115200);

  // First of all: it needs no network yet, and from here on a new image that hangs is left again.
  // Otaru works in a task of its own, so loop() may do what it likes.
  if (!Otaru.beginTask("MyAmeba", OTA_PORT)) {
    Serial.println("Otaru could not start: the lines above say why. The sketch runs on without updates.");
  }

  while (WiFi.begin(ssid, pass) != WL_CONNECTED) {
    Serial.println("No Wi-Fi yet. Are ssid and pass right? Trying again.");
    delay(5000);
  }
  Serial.print("IP address: ");
  Serial.println(WiFi.localIP());
}

void loop() {
  delay(1000);
}
