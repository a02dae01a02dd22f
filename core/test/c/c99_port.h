/* A port written in C99: a RAM flash part, and a loop that feeds one connection. */
#ifndef OTARU_TEST_C_C99_PORT_H
#define OTARU_TEST_C_C99_PORT_H

#include <otaru/c/otaru.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct c99_flash {
  unsigned char* memory;
  uint32_t size;
  int calls;       /* of any function */
  int fail_at;     /* the call that fails, from 0; -1: none */
  int broke_rules; /* calls that a NOR part would not understand */
} c99_flash;

/* The functions of a part over `flash`, which must outlive the result. */
otaru_flash c99_part(c99_flash* flash);

/* A library without cryptography, and a board that takes every image. */
extern const otaru_crypto c99_crypto;
extern const otaru_trust c99_trust;

typedef struct c99_result {
  int evicts;
  int resets;
  int closes;
  int last_replies;
  int notes[8];        /* how often each otaru_note came */
  char last_line[161]; /* with its newline */
  char reason[32];
} c99_result;

/* One sender: sends `stream` in pieces, closes its side, and waits for the board to end the connection. */
c99_result c99_push(otaru_device* device, const unsigned char* stream, size_t length, size_t piece);

/* otaru_init() with any number for a layout, as C allows. */
int c99_init(otaru_device* device, const otaru_flash* flash, int layout);

#ifdef __cplusplus
}
#endif

#endif
