// Definitions of what is declared in include/, so that a sketch links. Never run: only what the linker keeps
// counts.
#include <ameba_sdk.h>
#include <arduino_core.h>

void setup();
void loop();

extern "C" {

void* __dso_handle = nullptr;  // of crtbegin.o, which boards do without

int main() {
  setup();
  for (;;) loop();
}

static volatile uint32_t world;  // what nobody knows at compile time, so that nothing is optimised away
static unsigned char octets[8];

uint32_t millis(void) {
  return world;
}
void delay(uint32_t ms) {
  world = ms;
}
void pinMode(uint32_t pin, uint32_t mode) {
  world = pin + mode;
}
void digitalWrite(uint32_t pin, uint32_t value) {
  world = pin + value;
}

void flash_erase_sector(flash_t*, uint32_t address) {
  world = address;
}
void flash_erase_block(flash_t*, uint32_t address) {
  world = address;
}
int flash_stream_read(flash_t*, uint32_t address, uint32_t length, uint8_t* data) {
  for (uint32_t i = 0; i < length; ++i) data[i] = static_cast<uint8_t>(address + world);
  return 1;
}
int flash_stream_write(flash_t*, uint32_t, uint32_t, uint8_t* data) {
  return static_cast<int>(world = *data);
}
void device_mutex_lock(uint32_t device) {
  world = device;
}
void device_mutex_unlock(uint32_t device) {
  world = device;
}
uint32_t ota_get_cur_index(void) {
  return world;
}
void sys_reset(void) {
  world = 0;
}
void watchdog_init(uint32_t timeout_ms) {
  world = timeout_ms;
}
void watchdog_start(void) {
  world = 1;
}
void watchdog_stop(void) {
  world = 2;
}
void watchdog_refresh(void) {
  world = 3;
}
uint32_t DiagPrintf(const char* format, ...) {
  return world = static_cast<uint32_t>(*format);
}
int rtw_get_random_bytes(void* to, uint32_t) {
  *static_cast<uint8_t*>(to) = static_cast<uint8_t>(world);
  return 0;
}

BaseType_t xTaskCreate(void (*task)(void*), const char*, uint16_t, void* argument, unsigned long, void**) {
  task(argument);
  return static_cast<BaseType_t>(world);
}
void vTaskDelete(void*) {
  world = 4;
}
void vTaskDelay(TickType_t ticks) {
  world = ticks;
}
void* xTaskGetCurrentTaskHandle(void) {
  return reinterpret_cast<void*>(world);
}
TickType_t xTaskGetTickCount(void) {
  return world;
}
void* pvPortMalloc(size_t) {
  return world != 0 ? octets : nullptr;
}
void vPortFree(void*) {
  world = 5;
}

struct netif xnetif[NET_IF_NUM];
int wifi_is_connected_to_ap(void) {
  return static_cast<int>(world);
}
unsigned char* LwIP_GetIP(struct netif*) {
  return octets;
}
unsigned char* LwIP_GetMAC(struct netif*) {
  return octets;
}

uint16_t lwip_htons(uint16_t value) {
  return __builtin_bswap16(value);
}
uint16_t lwip_ntohs(uint16_t value) {
  return __builtin_bswap16(value);
}
uint32_t lwip_htonl(uint32_t value) {
  return __builtin_bswap32(value);
}
int lwip_socket(int, int, int) {
  return static_cast<int>(world);
}
int lwip_bind(int, const struct sockaddr*, socklen_t) {
  return static_cast<int>(world);
}
int lwip_listen(int, int) {
  return static_cast<int>(world);
}
int lwip_accept(int, struct sockaddr*, socklen_t*) {
  return static_cast<int>(world);
}
int lwip_recv(int, void*, size_t, int) {
  return static_cast<int>(world);
}
int lwip_recvfrom(int, void*, size_t, int, struct sockaddr*, socklen_t*) {
  return static_cast<int>(world);
}
int lwip_send(int, const void*, size_t, int) {
  return static_cast<int>(world);
}
int lwip_sendto(int, const void*, size_t, int, const struct sockaddr*, socklen_t) {
  return static_cast<int>(world);
}
int lwip_select(int, fd_set*, fd_set*, fd_set*, struct timeval*) {
  return static_cast<int>(world);
}
int lwip_setsockopt(int, int, int, const void*, socklen_t) {
  return static_cast<int>(world);
}
int lwip_ioctl(int, long, void*) {
  return static_cast<int>(world);
}
int lwip_shutdown(int, int) {
  return static_cast<int>(world);
}
int lwip_close(int) {
  return static_cast<int>(world);
}

}  // extern "C"

IPAddress::IPAddress(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
    : value_(static_cast<uint32_t>(a) | static_cast<uint32_t>(b) << 8 | static_cast<uint32_t>(c) << 16 |
             static_cast<uint32_t>(d) << 24) {}

LOGUARTClass Serial;
void LOGUARTClass::begin(uint32_t baud) {
  world = baud;
}
void LOGUARTClass::print(const char* text) {
  world = static_cast<uint32_t>(*text);
}
void LOGUARTClass::print(unsigned long value) {
  world = value;
}
void LOGUARTClass::print(long value) {
  world = static_cast<uint32_t>(value);
}
void LOGUARTClass::print(const IPAddress& address) {
  world = address == IPAddress(0, 0, 0, 0);
}
void LOGUARTClass::println() {
  world = '\n';
}
void LOGUARTClass::println(const char* text) {
  print(text);
}
void LOGUARTClass::println(const IPAddress& address) {
  print(address);
}

WiFiClass WiFi;
int WiFiClass::begin(char*, const char*) {
  return static_cast<int>(world);
}
uint8_t WiFiClass::status() {
  return static_cast<uint8_t>(world);
}
IPAddress WiFiClass::localIP(uint8_t) {
  return IPAddress(192, 0, 2, static_cast<uint8_t>(world));
}
char* WiFiClass::SSID() {
  return reinterpret_cast<char*>(octets);
}
int32_t WiFiClass::RSSI() {
  return static_cast<int32_t>(world);
}

MDNSClass MDNS;
MDNSService::MDNSService(char*, char*, char*, unsigned short port, int) {
  world = port;
}
MDNSService::~MDNSService() {
  world = 0;
}
int MDNSService::addTxtRecord(char*, int value_len, char*) {
  return static_cast<int>(world = static_cast<uint32_t>(value_len));
}
void MDNSClass::begin() {
  world = 1;
}
void MDNSClass::registerService(MDNSService) {
  world = 2;
}
