// Arduino on the virtual board: text and numbers onto a stream of bytes.
#ifndef OTARU_SKETCH_PRINT_H
#define OTARU_SKETCH_PRINT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "Printable.h"
#include "WString.h"

#define DEC 10
#define HEX 16
#define OCT 8
#define BIN 2

class Print {
 public:
  virtual ~Print() {}

  virtual size_t write(uint8_t byte) = 0;
  virtual size_t write(const uint8_t* bytes, size_t size);
  size_t write(const char* text);
  size_t write(const char* text, size_t size);
  virtual void flush() {}

  size_t print(const __FlashStringHelper* text);
  size_t print(const String& text);
  size_t print(const char* text);
  size_t print(char letter);
  size_t print(unsigned char number, int base = DEC);
  size_t print(int number, int base = DEC);
  size_t print(unsigned int number, int base = DEC);
  size_t print(long number, int base = DEC);
  size_t print(unsigned long number, int base = DEC);
  size_t print(double number, int decimals = 2);
  size_t print(const Printable& thing);

  size_t println();
  template <class T>
  size_t println(const T& what) {
    const size_t printed = print(what);
    return printed + println();
  }
  template <class T>
  size_t println(const T& what, int base_or_decimals) {
    const size_t printed = print(what, base_or_decimals);
    return printed + println();
  }

  /// As C's printf. Not every Arduino core has it: AmebaD's does not, where printf() goes to the same place.
  size_t printf(const char* format, ...) __attribute__((format(printf, 2, 3)));

  int getWriteError() const { return write_error_; }
  void clearWriteError() { write_error_ = 0; }

 protected:
  void setWriteError(int error = 1) { write_error_ = error; }

 private:
  size_t print_number(unsigned long number, int base);

  int write_error_ = 0;
};

#endif
