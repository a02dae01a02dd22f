#include "WiFi.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <string>

#include "console.hpp"
#include "network.hpp"
#include "otaru_platform.h"

namespace {

std::array<char, WL_SSID_MAX_LENGTH + 1> ssid{};
std::string hostname = "otaru";

int connect(const char* name) {
  std::snprintf(ssid.data(), ssid.size(), "%s", name);
  if (otaru::sketch::connect_wifi()) return WL_CONNECTED;
  otaru::sketch::say(
      "[wifi] no network: the board was started with --wifi down, or no interface can be used");
  return WL_CONNECT_FAILED;
}

IPAddress address_of(const otaru::sketch::Ipv4& bytes) {
  return IPAddress(bytes.data());
}

}  // namespace

WiFiClass WiFi;

int WiFiClass::begin(char* name) {
  return connect(name);
}
int WiFiClass::begin(char* name, uint8_t, const char*) {
  return connect(name);
}
int WiFiClass::begin(char* name, const char*) {
  return connect(name);
}

int WiFiClass::disconnect() {
  otaru::sketch::disconnect_wifi();
  return WL_DISCONNECTED;
}

uint8_t WiFiClass::status() {
  return otaru::sketch::own_place() ? WL_CONNECTED : WL_DISCONNECTED;
}

void WiFiClass::config(IPAddress local) {
  otaru::sketch::say(std::string("[wifi] a virtual board has the address of its computer, not ") +
                     local.get_address());
}
void WiFiClass::config(IPAddress local, IPAddress) {
  config(local);
}
void WiFiClass::config(IPAddress local, IPAddress, IPAddress) {
  config(local);
}
void WiFiClass::config(IPAddress local, IPAddress, IPAddress, IPAddress) {
  config(local);
}

IPAddress WiFiClass::localIP(uint8_t) {
  const auto place = otaru::sketch::own_place();
  return place ? address_of(place->address) : IPAddress();
}

IPAddress WiFiClass::subnetMask(uint8_t) {
  const auto place = otaru::sketch::own_place();
  if (!place) return {};
  otaru::sketch::Ipv4 mask{};
  for (unsigned bit = 0; bit < place->prefix_length && bit < 32; ++bit)
    mask[bit / 8] = static_cast<uint8_t>(mask[bit / 8] | (0x80U >> (bit % 8)));
  return address_of(mask);
}

IPAddress WiFiClass::gatewayIP(uint8_t) {
  return {};
}

uint8_t* WiFiClass::macAddress(uint8_t* mac) {
  const otaru_port* port = otaru_platform_port();
  port->mac(port->context, mac);
  return mac;
}

char* WiFiClass::SSID() {
  return ssid.data();
}

uint8_t* WiFiClass::BSSID(uint8_t* bssid) {
  static const uint8_t access_point[] = {0x02, 0, 0, 0, 0, 1};
  std::memcpy(bssid, access_point, sizeof access_point);
  return bssid;
}

int32_t WiFiClass::RSSI() {
  return otaru::sketch::own_place() ? -50 : 0;
}

uint8_t WiFiClass::encryptionType() {
  return ENC_TYPE_WPA2;
}

void WiFiClass::setHostname(const char* name) {
  hostname = name;
}
const char* WiFiClass::getHostname() {
  return hostname.c_str();
}

char* WiFiClass::firmwareVersion() {
  static char version[] = "virtual board";
  return version;
}
