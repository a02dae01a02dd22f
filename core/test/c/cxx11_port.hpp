// A class over the C header as an old compiler sees it: C++11, as the board package compiles sketches.
#pragma once

#include <string>

#include <otaru/c/otaru.h>

class Cxx11Port {
 public:
  explicit Cxx11Port(const otaru_flash& flash);

  bool good() const { return good_; }
  /// Pushes in one piece; the board's last line.
  std::string push(const std::string& stream);

 private:
  otaru_device device_;
  bool good_;
};
