// Calls of the stock OTA library as its users write them, to see that they mean the same here.
#include <OTA.h>
#include <WiFi.h>
#include <AmebaMDNS.h>

char network[] = "a network";
char secret[] = "its password";

OTA updater;
MDNSService announced("StockBoard", "_arduino._tcp", "local", 5000);

void announce() {
  announced.addTxtRecord("board", strlen("ameba_rtl8721d"), "ameba_rtl8721d");
  announced.addTxtRecord("auth_upload", strlen("no"), "no");
  announced.addTxtRecord("tcp_check", strlen("no"), "no");
  announced.addTxtRecord("ssh_upload", strlen("no"), "no");
  MDNS.begin();
  MDNS.registerService(announced);
}

void setup() {
  Serial.begin(115200);
  while (!Serial) {
  }
  if (WiFi.status() == WL_NO_SHIELD) return;
  int status = WL_IDLE_STATUS;
  while (status != WL_CONNECTED) {
    status = WiFi.begin(network, secret);
    delay(10000);
  }
  Serial.print("on ");
  Serial.println(WiFi.SSID());
  IPAddress ip = WiFi.localIP();
  Serial.println(ip);
  announce();
  updater.beginOTA(8082);
}

void loop() {
}
