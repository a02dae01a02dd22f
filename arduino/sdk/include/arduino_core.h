// What the examples use of the Arduino core and of the package's WiFi and AmebaMDNS. See README.md.
#ifndef OTARU_SDK_ARDUINO_CORE_H
#define OTARU_SDK_ARDUINO_CORE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define HIGH 1
#define LOW 0
#define OUTPUT 1
#define LED_BUILTIN 11

extern "C" {
uint32_t millis(void);
void delay(uint32_t ms);
void pinMode(uint32_t pin, uint32_t mode);
void digitalWrite(uint32_t pin, uint32_t value);
}

class IPAddress {
 public:
  IPAddress(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
  bool operator==(const IPAddress& other) const { return value_ == other.value_; }
  bool operator!=(const IPAddress& other) const { return value_ != other.value_; }

 private:
  uint32_t value_;
};

class LOGUARTClass {
 public:
  void begin(uint32_t baud);
  operator bool() { return true; }
  void print(const char* text);
  void print(unsigned long value);
  void print(long value);
  void print(const IPAddress& address);
  void println();
  void println(const char* text);
  void println(const IPAddress& address);
};
extern LOGUARTClass Serial;

typedef enum { WL_IDLE_STATUS = 0, WL_CONNECTED = 3, WL_NO_SHIELD = 255 } wl_status_t;

class WiFiClass {
 public:
  int begin(char* ssid, const char* passphrase);
  uint8_t status();
  IPAddress localIP(uint8_t interface = 0);
  char* SSID();
  int32_t RSSI();
};
extern WiFiClass WiFi;

class MDNSService {
 public:
  MDNSService(char* name, char* service_type, char* domain, unsigned short port, int txtbufsize = 128);
  ~MDNSService();
  int addTxtRecord(char* key, int value_len, char* value);
};

class MDNSClass {
 public:
  void begin();
  void registerService(MDNSService service);
};
extern MDNSClass MDNS;

#endif
