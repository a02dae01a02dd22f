// Arduino on the virtual board: a stream that can be read, too.
#ifndef OTARU_SKETCH_STREAM_H
#define OTARU_SKETCH_STREAM_H

#include "Print.h"

class Stream : public Print {
 public:
  virtual int available() = 0;  ///< bytes that can be read at once
  virtual int read() = 0;       ///< the next byte, or -1
  virtual int peek() = 0;       ///< the same byte again, or -1

  /// How long the functions below wait for the next byte; 1000 ms at first.
  void setTimeout(unsigned long milliseconds) { timeout_ms_ = milliseconds; }

  size_t readBytes(char* buffer, size_t length);
  size_t readBytes(uint8_t* buffer, size_t length);
  size_t readBytesUntil(char terminator, char* buffer, size_t length);
  String readString();
  String readStringUntil(char terminator);
  long parseInt();

 private:
  int wait_for_byte();

  unsigned long timeout_ms_ = 1000;
};

#endif
