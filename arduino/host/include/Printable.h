// Arduino on the virtual board: what can be printed.
#ifndef OTARU_SKETCH_PRINTABLE_H
#define OTARU_SKETCH_PRINTABLE_H

#include <stddef.h>

class Print;

class Printable {
 public:
  virtual ~Printable() {}
  virtual size_t printTo(Print& to) const = 0;
};

#endif
