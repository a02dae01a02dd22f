// Arduino on the virtual board: mDNS as the AmebaD package shows it, by Otaru's own responder.
#ifndef OTARU_SKETCH_AMEBA_MDNS_H
#define OTARU_SKETCH_AMEBA_MDNS_H

#include <string>
#include <utility>
#include <vector>

class MDNSClass;

class MDNSService {
 public:
  /// Such as ("MyAmeba", "_arduino._tcp", "local", 5000). `text_size` bytes are there for the TXT record.
  MDNSService(const char* name, const char* type, const char* domain, unsigned short port,
              int text_size = 128);

  /// Adds `value_length` bytes of `value`. @return 0, or -1 if there is no room
  int addTxtRecord(const char* key, int value_length, const char* value);

 private:
  friend class MDNSClass;

  std::string name_;
  std::string type_;
  unsigned short port_;
  int text_left_;
  std::vector<std::pair<std::string, std::string>> text_;
};

class MDNSClass {
 public:
  void begin();
  void end();
  void registerService(MDNSService service);
  void deregisterService(MDNSService service);
  void updateService(MDNSService service, unsigned int ttl);
};
extern MDNSClass MDNS;

#endif
