#include "Print.h"

#include <cstdio>
#include <cstring>
#include <string>

size_t Print::write(const uint8_t* bytes, size_t size) {
  size_t written = 0;
  while (written < size && write(bytes[written]) == 1) ++written;
  return written;
}

size_t Print::write(const char* text) {
  return text == nullptr ? 0 : write(text, std::strlen(text));
}

size_t Print::write(const char* text, size_t size) {
  return write(static_cast<const uint8_t*>(static_cast<const void*>(text)), size);
}

size_t Print::print(const __FlashStringHelper* text) {
  return write(static_cast<const char*>(static_cast<const void*>(text)));
}
size_t Print::print(const String& text) {
  return write(text.c_str(), text.length());
}
size_t Print::print(const char* text) {
  return write(text);
}
size_t Print::print(char letter) {
  return write(static_cast<uint8_t>(letter));
}
size_t Print::print(unsigned char number, int base) {
  return print_number(number, base);
}
size_t Print::print(int number, int base) {
  return print(static_cast<long>(number), base);
}
size_t Print::print(unsigned int number, int base) {
  return print_number(number, base);
}

size_t Print::print(long number, int base) {
  // In other bases a board, whose long has 32 bits, shows these bits.
  if (number < 0 && base == DEC)
    return print('-') + print_number(0UL - static_cast<unsigned long>(number), base);
  return print_number(number < 0 ? static_cast<uint32_t>(number) : static_cast<unsigned long>(number), base);
}

size_t Print::print(unsigned long number, int base) {
  return print_number(number, base);
}

size_t Print::print(double number, int decimals) {
  return print(String(number, static_cast<unsigned char>(decimals)));
}

size_t Print::print(const Printable& thing) {
  return thing.printTo(*this);
}

size_t Print::println() {
  return write("\r\n");
}

size_t Print::printf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  va_list again;
  va_copy(again, arguments);
  const int size = std::vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  std::string text(size > 0 ? static_cast<size_t>(size) : 0, '\0');
  if (size > 0) std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  return write(text.data(), text.size());
}

size_t Print::print_number(unsigned long number, int base) {
  // A base of 0 means the byte itself, as on boards.
  if (base == 0) return write(static_cast<uint8_t>(number));
  return print(String(number, static_cast<unsigned char>(base)));
}
