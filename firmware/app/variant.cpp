// Compiled once for each image, with FIRMWARE_VERSION and what else is asked below (firmware/CMakeLists.txt).
#include "variant.hpp"

#include <iterator>

#include <otaru_image.h>

#ifdef FIRMWARE_KEYS
#include "keys.hpp"  // made of a public key when this is built
#endif

namespace otaru::firmware {
namespace {

constexpr char kMarker[] = OTARU_IMAGE_TEXT("Otaru-M33", FIRMWARE_VERSION);

}  // namespace

#ifndef FIRMWARE_BEHAVIOUR
#define FIRMWARE_BEHAVIOUR works
#endif
extern constexpr Variant variant{FIRMWARE_VERSION, kMarker, Behaviour::FIRMWARE_BEHAVIOUR};

void protect([[maybe_unused]] otaru_engine& engine) {
#ifdef FIRMWARE_KEYS
  otaru_engine_set_keys(&engine, kKeys, std::size(kKeys));
#endif
#ifdef FIRMWARE_PASSWORD
  otaru_engine_set_password(&engine, FIRMWARE_PASSWORD);
#endif
}

}  // namespace otaru::firmware
