// Arduino on the virtual board: Wi-Fi as the AmebaD package shows it. The network is that of this computer,
// and every name and password is right, unless the board was started with --wifi down.
#ifndef OTARU_SKETCH_WIFI_H
#define OTARU_SKETCH_WIFI_H

#include <Arduino.h>

#include "IPAddress.h"

#define WL_MAC_ADDR_LENGTH 6
#define WL_SSID_MAX_LENGTH 32

typedef enum {
  WL_NO_SHIELD = 255,
  WL_IDLE_STATUS = 0,
  WL_NO_SSID_AVAIL,
  WL_SCAN_COMPLETED,
  WL_CONNECTED,
  WL_CONNECT_FAILED,
  WL_CONNECTION_LOST,
  WL_DISCONNECTED
} wl_status_t;

enum wl_enc_type {
  ENC_TYPE_WPA = 2,
  ENC_TYPE_WPA3 = 3,
  ENC_TYPE_WPA2 = 4,
  ENC_TYPE_WEP = 5,
  ENC_TYPE_NONE = 7,
  ENC_TYPE_AUTO = 8
};

/// Until begin() has connected, the board has no address, and nothing can reach it.
class WiFiClass {
 public:
  /// @return WL_CONNECTED, or WL_CONNECT_FAILED
  int begin(char* ssid);
  int begin(char* ssid, uint8_t key_index, const char* key);
  int begin(char* ssid, const char* passphrase);
  int disconnect();
  uint8_t status();  ///< a wl_status_t

  /// A fixed address cannot be had on the virtual board: the console says so, and that of the computer stays.
  void config(IPAddress local);
  void config(IPAddress local, IPAddress dns);
  void config(IPAddress local, IPAddress dns, IPAddress gateway);
  void config(IPAddress local, IPAddress dns, IPAddress gateway, IPAddress subnet);

  IPAddress localIP(uint8_t interface = 0);
  IPAddress subnetMask(uint8_t interface = 0);
  IPAddress gatewayIP(uint8_t interface = 0);  ///< 0.0.0.0: unknown here
  uint8_t* macAddress(uint8_t* mac);           ///< made up, the same for the same flash file
  char* SSID();
  uint8_t* BSSID(uint8_t* bssid);
  int32_t RSSI();  ///< made up
  uint8_t encryptionType();
  int disablePowerSave() { return 0; }
  void setHostname(const char* hostname);
  const char* getHostname();
  static char* firmwareVersion();
};
extern WiFiClass WiFi;

#endif
