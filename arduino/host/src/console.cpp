#include "console.hpp"

#include <cstdio>
#include <string>

namespace otaru::sketch {

void say(std::string_view line) {
  std::string whole(line);
  whole += '\n';
  std::fwrite(whole.data(), 1, whole.size(), stdout);
  std::fflush(stdout);
}

void say_bytes(std::string_view bytes) {
  std::string text(bytes);
  std::erase(text, '\r');
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace otaru::sketch
