#include <algorithm>
#include <cstdio>
#include <cstring>

#include "IPAddress.h"
#include "Print.h"

IPAddress::IPAddress(uint8_t first, uint8_t second, uint8_t third, uint8_t fourth)
    : bytes_{first, second, third, fourth} {}

IPAddress::IPAddress(uint32_t address) {
  std::memcpy(bytes_, &address, sizeof bytes_);
}

IPAddress::IPAddress(const uint8_t* bytes) {
  std::memcpy(bytes_, bytes, sizeof bytes_);
}

IPAddress::operator uint32_t() const {
  uint32_t address = 0;
  std::memcpy(&address, bytes_, sizeof bytes_);
  return address;
}

bool IPAddress::operator==(const IPAddress& other) const {
  return std::equal(bytes_, bytes_ + sizeof bytes_, other.bytes_);
}

char* IPAddress::get_address() {
  std::snprintf(text_, sizeof text_, "%u.%u.%u.%u", bytes_[0], bytes_[1], bytes_[2], bytes_[3]);
  return text_;
}

String IPAddress::toString() const {
  IPAddress copy(*this);
  return copy.get_address();
}

size_t IPAddress::printTo(Print& to) const {
  return to.print(toString());
}
