/* The Otaru update engine: everything that a board does to be updated over the air, behind functions that the
 * platform gives. Valid as C99 and as C++11.
 *
 * How to drive it: otaru_engine_init(); set_password() and set_keys() if wanted; otaru_engine_start(); then
 * otaru_engine_poll() again and again, by one thread. Nothing here waits, allocates or throws.
 *
 * All structs may be zeroed: a zero stands for the default, or for "there is none". */
#ifndef OTARU_ENGINE_H
#define OTARU_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the functions for TCP and UDP return besides handles and counts of bytes. */
#define OTARU_NOT_NOW (-1) /* nothing there, or no room: ask again later */
#define OTARU_GONE (-2)    /* broken: the engine closes the handle */

/* Where a packet came from. Addresses are in network order: 192.0.2.1 is {192, 0, 2, 1}. */
typedef struct otaru_peer {
  uint8_t address[4];
  uint16_t port;
} otaru_peer;

/* What a platform gives. Every function gets `context` first, and none of them waits, but for those of the
 * flash, which return when the part is done. Handles are 0 or more. All are called by the thread that calls
 * the engine.
 *
 * A function must be there unless its comment says that it may be NULL: otaru_engine_start() refuses a port
 * that lacks one, and names it on the console. */
typedef struct otaru_port {
  void* context;

  /* The flash part. Offsets are from its start, in bytes. 0: done; anything else: failed. The engine keeps
   * the rules of NOR flash: program gets 1 to 256 bytes within one page, erases get an aligned offset. */
  uint32_t flash_size; /* bytes, to the end of the layout's last slot at least; 0: as the layout says */
  int (*flash_read)(void* context, uint32_t at, void* out, size_t length);
  int (*flash_program)(void* context, uint32_t at, const void* data, size_t length);
  int (*flash_erase_sector)(void* context, uint32_t at); /* 4 KiB */
  int (*flash_erase_block)(void* context, uint32_t at);  /* 64 KiB */

  /* The slot that the running image was booted from: 0 is OTA1, 1 is OTA2, -1 unknown. May be NULL. Unknown:
   * the engine asks the boot loader's rule. (In otaru/c/otaru.h, which is core without the engine, "none" is
   * 2, OTARU_NO_SLOT.) */
  int (*running_slot)(void* context);

  /* Milliseconds of a clock that never jumps; wraps at 2^32. */
  uint32_t (*millis)(void* context);
  /* Fills `out` with bytes that nobody can guess. 0: done. May be NULL without both mDNS and a password. */
  int (*random)(void* context, void* out, size_t length);

  /* The board's IPv4 address: 1 if it has one, 0 if the network is down. The engine begins to listen only
   * when there is one: a port without a network, such as a serial line, returns 1 and any address. */
  int (*own_address)(void* context, uint8_t address[4]);
  /* Six bytes that tell this board from others. May be NULL. 0: done. */
  int (*mac)(void* context, uint8_t mac[6]);

  /* TCP: one listener and at most four connections; from an accept until one of the others is closed, within
   * the same call of the engine, five.
   *
   * A handle that listens on the port, on all addresses; or OTARU_GONE. */
  int (*tcp_listen)(void* context, uint16_t port);
  /* The next connection's handle, and who it is; OTARU_NOT_NOW; or OTARU_GONE if listening is over. */
  int (*tcp_accept)(void* context, int listener, otaru_peer* from);
  /* Bytes received; 0: the peer will send no more; OTARU_NOT_NOW; OTARU_GONE. */
  int (*tcp_receive)(void* context, int connection, void* out, size_t length);
  /* Bytes taken, 1 or more; OTARU_NOT_NOW; OTARU_GONE. */
  int (*tcp_send)(void* context, int connection, const void* data, size_t length);
  /* Sends a FIN behind what was sent. Reading goes on. */
  void (*tcp_shutdown)(void* context, int connection);
  /* Closes a connection or a listener. What was sent before still goes out. */
  void (*tcp_close)(void* context, int handle);

  /* A handle for mDNS: UDP port 5353, shared if the platform can, member of 224.0.0.251 on the interface with
   * the address `own`, TTL 255; or OTARU_GONE. NULL: the board is not announced, and the other three may be
   * NULL too. */
  int (*mdns_open)(void* context, const uint8_t own[4]);
  /* Bytes of one packet, cut to `length`; OTARU_NOT_NOW; OTARU_GONE. */
  int (*mdns_receive)(void* context, int handle, void* out, size_t length, otaru_peer* from);
  /* Sends one packet. 0: done; else it is lost. */
  int (*mdns_send)(void* context, int handle, const void* data, size_t length, const otaru_peer* to);
  void (*mdns_close)(void* context, int handle);

  /* Resets the board. On a real one it does not return; where it does, the engine does nothing more. */
  void (*reset)(void* context);
  /* A watchdog that resets the board unless it is fed. It runs on trial only: start() when the trial begins,
   * feed() in each poll, stop() when the image is confirmed or the engine is stopped. start() is called again
   * to change the time. May all be NULL.
   *
   * One that cannot be stopped: all NULL; start it before otaru_engine_start(), and feed it in the loop that
   * polls. One that cannot run for `milliseconds`: start() takes its longest time, and that is then what two
   * polls may be apart; say the same in watchdog_ms. */
  void (*watchdog_start)(void* context, uint32_t milliseconds);
  void (*watchdog_feed)(void* context);
  void (*watchdog_stop)(void* context);

  /* One line for the console, without its end. May be NULL. */
  void (*log)(void* context, const char* line);
} otaru_port;

typedef enum otaru_engine_layout {
  OTARU_LAYOUT_2MB = 0,        /* ameba-d-2mb */
  OTARU_LAYOUT_4MB_FACTORY = 1 /* ameba-d-4mb-factory */
} otaru_engine_layout;

/* What happened; see otaru_event_fn. */
typedef enum otaru_engine_event {
  OTARU_EVENT_LISTENING = 1, /* the board can be updated now */
  OTARU_EVENT_START,         /* a file's start is good; the slot is written from here on */
  OTARU_EVENT_PROGRESS,      /* `written` of `total` bytes are in flash */
  OTARU_EVENT_END,           /* the new image boots next; the reset follows */
  OTARU_EVENT_ERROR,         /* a sender was refused: `code`, `text`. The board goes on listening */
  OTARU_EVENT_ON_TRIAL,      /* at the start: the running image is new and has to be confirmed */
  OTARU_EVENT_CONFIRMED,     /* the running image stays */
  OTARU_EVENT_ROLLED_BACK    /* at the start: the other image was rejected, this one is back */
} otaru_engine_event;

typedef struct otaru_news {
  otaru_engine_event event;
  uint32_t written; /* START, PROGRESS: bytes */
  uint32_t total;   /* START, PROGRESS: bytes of the image */
  const char* code; /* ERROR: as on the wire, such as "image_sum"; a constant, "" otherwise */
  const char* text; /* ERROR: for people; a constant, "" otherwise */
  otaru_peer from;  /* START to ERROR: the sender */
} otaru_news;

/* Called from otaru_engine_start(), otaru_engine_poll() and otaru_engine_stop(). It may call confirm(),
 * reject() and the questions below, but neither poll() nor stop(). */
typedef void (*otaru_event_fn)(void* context, const otaru_news* news);

/* What the board is. The engine copies the struct and `name`; other strings must outlive it. */
typedef struct otaru_config {
  const char* name;           /* as the IDE shows it, UTF-8, at most 63 bytes; NULL: the marker's */
  uint16_t port;              /* to listen on; 0: 8020 */
  const char* marker;         /* the image's marker (OTARU_IMAGE); NULL: none */
  const char* board;          /* type, such as "ameba_rtl8721d"; NULL: the marker's */
  const char* version;        /* of the image; NULL: the seal's if the image has one, else the marker's */
  uint8_t layout;             /* otaru_engine_layout */
  uint32_t tries;             /* starts that a new image has to get itself confirmed in, 1 to 8; 0: 3 */
  uint32_t watchdog_ms;       /* longest time between two polls while on trial; 0: 30 s */
  uint32_t confirm_within_ms; /* of a start: not confirmed by then, the board resets; 0: 120 s */
  uint32_t confirm_after_ms;  /* automatic: how long network and listener must have been up */
  uint8_t confirm_by_hand; /* 0: confirmed when network and listener are up; 1: by otaru_engine_confirm() */
  uint8_t no_mdns;         /* 1: the board is not announced, because the program does that itself */
  uint8_t no_watchdog;     /* 1: the port's watchdog is left to the program */
  otaru_event_fn on_event; /* NULL: nobody listens */
  void* context;           /* for on_event */
} otaru_config;

/* Memory for one engine. */
#define OTARU_ENGINE_SIZE 16384
typedef struct otaru_engine {
  union {
    unsigned char bytes[OTARU_ENGINE_SIZE];
    uint64_t aligned;
    void* pointer;
  } opaque;
} otaru_engine;

/* What otaru_engine_start() returns. */
typedef enum otaru_engine_result {
  OTARU_STARTED = 0,
  /* port->reset() was called, or is about to be: a commit or a roll back was finished. Where the call returns
   * at all, go on polling: the reset that is still due comes from there. */
  OTARU_RESETTING = 1,
  /* A name that is too long or missing, tries over 8, an unknown layout, a port without a function or with
   * too small a flash. The console says which. */
  OTARU_BAD_CONFIG = -1
} otaru_engine_result;

/* Makes an engine out of raw memory. `port` must outlive it. Once, before anything else. */
void otaru_engine_init(otaru_engine* engine, const otaru_port* port);

/* Only who knows the password may update, over an encrypted connection. Before otaru_engine_start(). The
 * password is not kept, but a digest of it. NULL or "" takes it away. Who never calls this does not link the
 * TLS code behind it. Blocks for two hashes. Between start and stop it does nothing but say so on the
 * console. */
void otaru_engine_set_password(otaru_engine* engine, const char* password);

/* Only images sealed by one of these keys are taken. Each is X then Y, big-endian, 64 bytes (as
 * `otaru key show` prints it). The array must outlive the engine. Before otaru_engine_start(). Who never
 * calls this does not link the code that verifies. Between start and stop it does nothing but say so on the
 * console. */
void otaru_engine_set_keys(otaru_engine* engine, const unsigned char (*keys)[64], size_t count);

/* Judges this start (see trial boot in the docs), and begins. Blocks for hashing one image, or two where
 * something is to be finished: about 50 ms a megabyte by the timing model. After otaru_engine_stop() it may
 * be called again. A power cut at any moment leaves an image that boots. */
otaru_engine_result otaru_engine_start(otaru_engine* engine, const otaru_config* config);

/* Does the next piece of work: of each of network, mDNS and the senders one step at most. Blocks for at most
 * one erase (modelled: 38 ms a sector, 150 ms a 64 KiB block) with 16 page programs (0.7 ms each), or for
 * reading back 16 KiB, or for one piece of a handshake or one verification of a seal where those are used.
 * @return milliseconds that may pass until the next call; 0: there is more to do now. Under an RTOS sleep for
 * a tick then, too, or tasks of lower priority never have their turn. */
uint32_t otaru_engine_poll(otaru_engine* engine);

/* The running image works: it stays. Done by the next poll() or stop(), also while stopped. Any thread may
 * call this, at any time. */
void otaru_engine_confirm(otaru_engine* engine);

/* The running image does not work: the next poll() brings the old one back and resets. Does nothing unless it
 * is on trial. Any thread may call this, at any time. */
void otaru_engine_reject(otaru_engine* engine);

/* Ends connections, says goodbye and closes everything, without a reset. An update under way is broken off;
 * the running image stays, and is on trial as before, but no watchdog runs until the next
 * otaru_engine_start(). Writes a confirmation that was asked for (one program of flash). */
void otaru_engine_stop(otaru_engine* engine);

/* Questions; any thread may ask. */
int otaru_engine_on_trial(const otaru_engine* engine);  /* 1: the running image is not confirmed yet */
int otaru_engine_listening(const otaru_engine* engine); /* 1: the board can be updated now */
int otaru_engine_updating(const otaru_engine* engine);  /* 1: a sender is writing the other slot */
int otaru_engine_slot(const otaru_engine* engine);      /* that runs: 0 is OTA1, 1 is OTA2; -1 before start */
const char* otaru_engine_version(const otaru_engine* engine); /* as announced; "" if unknown */

#ifdef __cplusplus
}
#endif

#endif
