// The least, without OTARU_IMAGE: the library's own marker stands in.
#include <Otaru.h>

void setup() {
  Otaru.begin("Plain");
}

void loop() {
  Otaru.poll();
}
