/* The marker that says to tools what an image is, and that it can be updated over the air. Valid as C99 and
 * as C++11. */
#ifndef OTARU_IMAGE_H
#define OTARU_IMAGE_H

#include "otaru_version.h"

/* The board's type, as discovery and seals name it: a string literal, at most 32 ASCII letters without spaces
 * and '='. Of AmebaD boards it is known; for any other define it before this header. */
#ifndef OTARU_BOARD
#if defined(CORE_RTL8720DN) || defined(BOARD_AITHINKER_BW16) || defined(BOARD_RTL8720DN_BW16)
#define OTARU_BOARD "ameba_rtl8720dn"
#elif defined(ARDUINO_ARCH_AMEBAD)
#define OTARU_BOARD "ameba_rtl8721d"
#else
#error "otaru_image.h: define OTARU_BOARD before it, as the type of your board, such as \"my_board\""
#endif
#endif

/* The byte 0x7F stands alone, so that no letter behind it is read as one of its digits. */
#define OTARU_IMAGE_TEXT(name, version) \
  "\x7F"                                \
  "OTARU-IMAGE/1\n"                     \
  "name=" name                          \
  "\n"                                  \
  "version=" version                    \
  "\n"                                  \
  "board=" OTARU_BOARD                  \
  "\n"                                  \
  "library=" OTARU_VERSION "\n"

/* Says which image this is, once, at file scope of the program:
 *
 *   OTARU_IMAGE("MyAmeba", "1.2.3");
 *
 * Both are string literals, without a line end. `otaru image show` and `otaru push` read them in the file,
 * and the board announces the version. A sketch without it is `sketch`, version 0.0.0. A program that is no
 * sketch hands otaru_image_marker to the engine (otaru_config). */
#ifdef __cplusplus
#define OTARU_IMAGE(name, version)                                   \
  extern "C" {                                                       \
  extern const char otaru_image_marker[];                            \
  const char otaru_image_marker[] = OTARU_IMAGE_TEXT(name, version); \
  }                                                                  \
  static_assert(sizeof(OTARU_IMAGE_TEXT(name, version)) <= 256,      \
                "OTARU_IMAGE: name and version are too long for the marker")

extern "C" {
#else
#define OTARU_IMAGE(name, version)                                      \
  const char otaru_image_marker[] = OTARU_IMAGE_TEXT(name, version);    \
  typedef char otaru_image_name_and_version_are_too_long_for_the_marker \
      [sizeof(OTARU_IMAGE_TEXT(name, version)) <= 256 ? 1 : -1]
#endif
extern const char otaru_image_marker[];
#ifdef __cplusplus
}
#endif

#endif
