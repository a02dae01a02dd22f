// Stands in for sketches that have no OTARU_IMAGE. Weak, so that theirs takes its place at the link.
#include "otaru_image.h"

extern "C" {
extern const char otaru_image_marker[] __attribute__((weak));
const char otaru_image_marker[] = OTARU_IMAGE_TEXT("sketch", "0.0.0");
}
