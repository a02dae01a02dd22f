/* The C boundary of core: what a port written in C, or by an older C++ compiler, calls.
 *
 * Valid as C99 and as C++11. One object, `otaru_device`, holds everything; the port owns its memory. Nothing
 * here allocates, waits or keeps a clock. Not thread-safe: one thread at a time per device.
 */
#ifndef OTARU_C_OTARU_H
#define OTARU_C_OTARU_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The flash part. Offsets are from its start, in bytes. Each function returns 0 when done and anything else
 * when the part reported an error. The rules of NOR flash are checked before any of them is called: program
 * gets 1 to 256 bytes within one page, erases get an aligned offset. */
typedef struct otaru_flash {
  void* context; /* handed to each function */
  uint32_t size; /* of the part, bytes */
  int (*read)(void* context, uint32_t at, void* out, size_t length);
  int (*program)(void* context, uint32_t at, const void* data, size_t length);
  int (*erase_sector)(void* context, uint32_t at);
  int (*erase_block)(void* context, uint32_t at);
} otaru_flash;

/* The cryptographic library. A hash state is memory of the port's own shape, copied as bytes. */
#define OTARU_SHA256_STATE_SIZE 128
typedef union otaru_sha256_state {
  unsigned char bytes[OTARU_SHA256_STATE_SIZE];
  uint64_t aligned;
} otaru_sha256_state;

typedef struct otaru_crypto {
  void* context; /* handed to verify_es256 */
  void (*sha256_start)(otaru_sha256_state* state);
  void (*sha256_add)(otaru_sha256_state* state, const void* bytes, size_t length);
  void (*sha256_finish)(otaru_sha256_state* state, unsigned char digest[32]);
  /* Returns 1 only if `signature` (r, s) is one of `key`'s (X, Y) over `digest`. */
  int (*verify_es256)(void* context, const unsigned char key[64], const unsigned char digest[32],
                      const unsigned char signature[64]);
} otaru_crypto;

/* Whose images are taken. Without keys: everybody's. The strings and keys must outlive the device. */
typedef struct otaru_trust {
  const unsigned char (*keys)[64]; /* public keys: X then Y, big-endian */
  size_t key_count;
  const char* board;      /* type of the board, such as ameba_rtl8721d; at most 32 letters count */
  uint32_t least_counter; /* security counter of the running image */
  int has_clock;
  uint64_t now; /* seconds since 1970 UTC, with has_clock */
} otaru_trust;

/* What otaru_start() found; see update/trial.hpp. */
typedef enum otaru_started {
  OTARU_STARTED_NORMAL = 0,
  OTARU_STARTED_ON_TRIAL = 1, /* arm the watchdog; confirm when the image works */
  OTARU_STARTED_NO_FALLBACK = 2,
  OTARU_STARTED_ROLLED_BACK = 3,
  OTARU_STARTED_COMMIT_DONE = 4,  /* reset now */
  OTARU_STARTED_ROLLING_BACK = 5, /* reset now */
  OTARU_STARTED_FLASH_FAILED = 6
} otaru_started;

/* The engine's header, otaru_engine.h, gives slots as int: 0 is OTA1, 1 is OTA2, but -1 there is "none" or
 * "unknown". */
typedef enum otaru_slot { OTARU_OTA1 = 0, OTARU_OTA2 = 1, OTARU_NO_SLOT = 2 } otaru_slot;

typedef enum otaru_layout { OTARU_AMEBA_D_2MB = 0, OTARU_AMEBA_D_4MB_FACTORY = 1 } otaru_layout;

/* What happened on a connection; see push/receiver.hpp. OTARU_CLOSED: the sender will send no more. It is not
 * OTARU_CLOSE below, which tells the port to close. */
typedef enum otaru_event { OTARU_BYTES = 0, OTARU_CLOSED = 1, OTARU_LOST = 2, OTARU_TIME = 3 } otaru_event;

/* What the port does next. */
typedef enum otaru_next {
  OTARU_WAIT = 0,  /* for the next event, or until otaru_deadline_ms() */
  OTARU_AGAIN = 1, /* call otaru_step() at once, with the bytes that were not consumed, or OTARU_TIME */
  OTARU_CLOSE = 2, /* close the connection (the event is OTARU_CLOSED) */
  OTARU_CLOSE_AND_RESET = 3 /* close the connection, then reset the board when the FIN has left */
} otaru_next;

/* What may be told to a person. */
typedef enum otaru_note {
  OTARU_NOTE_NONE = 0,
  OTARU_NOTE_ANNOUNCED = 1,
  OTARU_NOTE_HEADER_GOOD = 2,
  OTARU_NOTE_STARTED = 3,
  OTARU_NOTE_DOWNLOADED = 4,
  OTARU_NOTE_VERIFIED = 5,
  OTARU_NOTE_COMMITTED = 6,
  OTARU_NOTE_REFUSED = 7
} otaru_note;

typedef struct otaru_action {
  size_t consumed; /* bytes taken from the event */
  otaru_next next;
  int last_reply; /* not 0: send a FIN behind the reply and go on reading */
  otaru_note note;
  const char* reason; /* for OTARU_NOTE_REFUSED: the wire code; a constant */
  char reply[161];    /* to be sent to the sender, ended by a zero byte; may be empty */
  int taken_over;     /* another seat that lost the update by this step (otaru_last_words()), or -1 */
} otaru_action;

/* Memory for one device. */
#define OTARU_DEVICE_SIZE 3072
typedef struct otaru_device {
  union {
    unsigned char bytes[OTARU_DEVICE_SIZE];
    uint64_t aligned;
    void* pointer;
  } opaque;
} otaru_device;

/* Makes a device out of raw memory. `flash`, `crypto` and `trust` must outlive it; `trust` may change between
 * updates. `running` is the slot that the running image was booted from; `tries_allowed` is 1 to 8 (3 is
 * usual). Returns 0, or -1 if an argument is not one of the values above. */
int otaru_init(otaru_device* device, const otaru_flash* flash, const otaru_crypto* crypto,
               const otaru_trust* trust, otaru_layout layout, otaru_slot running, uint32_t tries_allowed);

/* To be called once at every start, before anything else. */
otaru_started otaru_start(otaru_device* device);

/* The running image works: it stays. Returns 0 when that is in flash. */
int otaru_confirm(otaru_device* device);

/* The running image does not work. */
otaru_started otaru_reject(otaru_device* device);

/* The stock boot loader's choice for this flash; OTARU_NO_SLOT if none boots. Returns 0, or -1 if the flash
 * could not be read. Sets *hangs to 1 if the boot loader would loop for ever on the chosen slot. */
int otaru_boot_select(const otaru_flash* flash, otaru_layout layout, otaru_slot* slot, int* hangs);

/* A sender connected: gives it a seat, 0 to 3. If *evicts is set, the connection that sat there must be
 * closed at once. */
int otaru_open(otaru_device* device, uint32_t now_ms, int* evicts);

/* One event of the sender on a seat. `bytes` and `length` only with OTARU_BYTES. now_ms may wrap. */
void otaru_step(otaru_device* device, int seat, otaru_event event, const void* bytes, size_t length,
                uint32_t now_ms, otaru_action* action);

/* The last words for the seat that otaru_step() named in taken_over. All of the action is to be carried out
 * on that seat, as if otaru_step() had given it there: its reply, its last_reply and its next. `taken_over`
 * itself is -1 in it. To be asked before the next otaru_step(). */
void otaru_last_words(const otaru_device* device, otaru_action* action);

/* When otaru_step() must be called for a seat at the latest. */
uint32_t otaru_deadline_ms(const otaru_device* device, int seat);

#ifdef __cplusplus
}
#endif

#endif
