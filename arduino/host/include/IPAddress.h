// Arduino on the virtual board: an IPv4 address.
#ifndef OTARU_SKETCH_IP_ADDRESS_H
#define OTARU_SKETCH_IP_ADDRESS_H

#include <stdint.h>

#include "Printable.h"
#include "WString.h"

class IPAddress : public Printable {
 public:
  IPAddress() : bytes_() {}
  IPAddress(uint8_t first, uint8_t second, uint8_t third, uint8_t fourth);
  IPAddress(uint32_t address);  ///< the bytes as they stand in memory
  IPAddress(const uint8_t* bytes);

  operator uint32_t() const;
  bool operator==(const IPAddress& other) const;
  bool operator==(const uint8_t* bytes) const { return *this == IPAddress(bytes); }
  bool operator!=(const IPAddress& other) const { return !(*this == other); }
  uint8_t operator[](int index) const { return bytes_[index]; }
  uint8_t& operator[](int index) { return bytes_[index]; }

  String toString() const;
  char* get_address();  ///< as text; belongs to this object
  size_t printTo(Print& to) const override;

 private:
  uint8_t bytes_[4];
  char text_[16];
};

const IPAddress INADDR_NONE(0, 0, 0, 0);

#endif
