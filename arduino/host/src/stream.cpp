#include <cctype>
#include <cstdlib>

#include "Arduino.h"

int Stream::wait_for_byte() {
  const unsigned long start = millis();
  while (millis() - start < timeout_ms_) {
    if (available() > 0) return read();
    delay(1);
  }
  return -1;
}

size_t Stream::readBytes(char* buffer, size_t length) {
  size_t count = 0;
  for (int letter = 0; count < length && (letter = wait_for_byte()) >= 0; ++count)
    buffer[count] = static_cast<char>(letter);
  return count;
}

size_t Stream::readBytes(uint8_t* buffer, size_t length) {
  return readBytes(static_cast<char*>(static_cast<void*>(buffer)), length);
}

size_t Stream::readBytesUntil(char terminator, char* buffer, size_t length) {
  size_t count = 0;
  while (count < length) {
    const int letter = wait_for_byte();
    if (letter < 0 || letter == terminator) break;
    buffer[count++] = static_cast<char>(letter);
  }
  return count;
}

String Stream::readString() {
  String text;
  for (int letter = wait_for_byte(); letter >= 0; letter = wait_for_byte()) text += static_cast<char>(letter);
  return text;
}

String Stream::readStringUntil(char terminator) {
  String text;
  for (int letter = wait_for_byte(); letter >= 0 && letter != terminator; letter = wait_for_byte())
    text += static_cast<char>(letter);
  return text;
}

long Stream::parseInt() {
  String digits;
  for (int letter = wait_for_byte(); letter >= 0; letter = wait_for_byte()) {
    const bool part = std::isdigit(letter) != 0 || (letter == '-' && digits.length() == 0);
    if (!part && digits.length() > 0) break;
    if (part) digits += static_cast<char>(letter);
  }
  return digits.toInt();
}
