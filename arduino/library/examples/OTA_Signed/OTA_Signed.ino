// OTA_Signed: a board that takes images of your key only.
//
// On your computer, once:
//   otaru key new my.key     makes a key pair; keep my.key secret and safe
//   otaru key show my.key    prints the lines that replace `otaru_key` below
// For each update:
//   otaru seal km0_km4_image2.bin --key my.key --firmware-version 1.0.1 --counter 1 --board ameba_rtl8721d
//   otaru push km0_km4_image2.bin --to MyAmeba
// With a password as well (Otaru.setPassword), nobody else can even try.

#include <WiFi.h>
#include <Otaru.h>

OTARU_IMAGE("MyAmeba", "1.0.0");

#define OTA_PORT 8020

char ssid[] = "yourNetwork";
char pass[] = "Password";

// DELETE THESE LINES and paste here what `otaru key show my.key` prints. This is a key for trying out only: anybody can
// have its secret half.
static const uint8_t otaru_key[64] = {
    0x60, 0xFE, 0xD4, 0xBA, 0x25, 0x5A, 0x9D, 0x31, 0xC9, 0x61, 0xEB, 0x74, 0xC6, 0x35, 0x6D, 0x68,
    0xC0, 0x49, 0xB8, 0x92, 0x3B, 0x61, 0xFA, 0x6C, 0xE6, 0x69, 0x62, 0x2E, 0x60, 0xF2, 0x9F, 0xB6,
    0x79, 0x03, 0xFE, 0x10, 0x08, 0xB8, 0xBC, 0x99, 0xA4, 0x1A, 0xE9, 0xE9, 0x56, 0x28, 0xBC, 0x64,
    0xF2, 0xF1, 0xB2, 0x0C, 0x2D, 0x7E, 0x9F, 0x51, 0x77, 0xA3, 0xC2, 0x94, 0xD4, 0x46, 0x22, 0x99,
};

void updateFails(const char* code, const char* text) {
  // seal_missing, seal_key, seal_signature, seal_board, seal_counter ...: somebody sent what is not yours, or you
  // forgot to seal.
  Serial.print("Refused: ");
  Serial.print(text);
  Serial.print(" (");
  Serial.print(code);
  Serial.println(")");
}

void setup() {
  Serial.begin(115200);

  Otaru.setKeys(otaru_key);
  Otaru.onError(updateFails);
  if (!Otaru.beginTask("MyAmeba", OTA_PORT)) {
    Serial.println("Otaru could not start: the lines above say why.");
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
