/* The marker that says to tools what an image is, and that it can be updated over the air. */
#ifndef OTARU_IMAGE_H
#define OTARU_IMAGE_H

#include "otaru_version.h"

/* The board's type, as discovery and seals name it. */
#ifndef OTARU_BOARD
#if defined(CORE_RTL8720DN) || defined(BOARD_AITHINKER_BW16) || defined(BOARD_RTL8720DN_BW16)
#define OTARU_BOARD "ameba_rtl8720dn"
#else
#define OTARU_BOARD "ameba_rtl8721d"
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

#ifdef __cplusplus
/* Says which image this is, once, at file scope of the sketch:
 *
 *   OTARU_IMAGE("MyAmeba", "1.2.3");
 *
 * Both are string literals, without a line end. `otaru image show` and `otaru push` read them in the file,
 * and the board announces the version. A sketch without it is `sketch`, version 0.0.0. */
#define OTARU_IMAGE(name, version)                                   \
  extern "C" {                                                       \
  extern const char otaru_image_marker[];                            \
  const char otaru_image_marker[] = OTARU_IMAGE_TEXT(name, version); \
  }                                                                  \
  static_assert(sizeof(OTARU_IMAGE_TEXT(name, version)) <= 256,      \
                "OTARU_IMAGE: name and version are too long for the marker")

extern "C" {
#endif
extern const char otaru_image_marker[];
#ifdef __cplusplus
}
#endif

#endif
