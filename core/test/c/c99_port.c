#include <c/c99_port.h>
#include <string.h>

#if !defined(__STDC_VERSION__) || __STDC_VERSION__ != 199901L
#error "this file proves that the header is C99: compile it as such"
#endif

static int called(c99_flash* flash, int keeps_rules) {
  if (!keeps_rules) flash->broke_rules++;
  return flash->calls++ == flash->fail_at ? -1 : 0;
}

static int inside(const c99_flash* flash, uint32_t at, size_t length) {
  return at <= flash->size && length <= flash->size - at;
}

static int read_flash(void* context, uint32_t at, void* out, size_t length) {
  c99_flash* flash = context;
  if (called(flash, inside(flash, at, length)) != 0) return -1;
  memcpy(out, flash->memory + at, length);
  return 0;
}

static int program_flash(void* context, uint32_t at, const void* data, size_t length) {
  c99_flash* flash = context;
  const unsigned char* from = data;
  size_t i;
  const int good = inside(flash, at, length) && length >= 1 && length <= 256 - at % 256;
  if (called(flash, good) != 0) return -1;
  for (i = 0; i < length; i++) flash->memory[at + i] &= from[i];
  return 0;
}

static int erase(c99_flash* flash, uint32_t at, uint32_t unit) {
  if (called(flash, inside(flash, at, unit) && at % unit == 0) != 0) return -1;
  memset(flash->memory + at, 0xFF, unit);
  return 0;
}

static int erase_sector(void* context, uint32_t at) {
  return erase(context, at, 4096);
}

static int erase_block(void* context, uint32_t at) {
  return erase(context, at, 65536);
}

otaru_flash c99_part(c99_flash* flash) {
  const otaru_flash part = {flash, flash->size, read_flash, program_flash, erase_sector, erase_block};
  return part;
}

static void hash_start(otaru_sha256_state* state) {
  memset(state, 0x5C, sizeof *state);
}

/* Each byte of the digest is an FNV-1a hash of its own. */
static void hash_add(otaru_sha256_state* state, const void* bytes, size_t length) {
  const unsigned char* from = bytes;
  size_t i, lane;
  for (i = 0; i < length; i++)
    for (lane = 0; lane < 8; lane++) {
      uint32_t value;
      memcpy(&value, state->bytes + 4 * lane, 4);
      value = (value ^ from[i] ^ (uint32_t)lane) * 16777619u;
      memcpy(state->bytes + 4 * lane, &value, 4);
    }
}

static void hash_finish(otaru_sha256_state* state, unsigned char digest[32]) {
  memcpy(digest, state->bytes, 32);
}

static int verify(void* context, const unsigned char key[64], const unsigned char digest[32],
                  const unsigned char signature[64]) {
  (void)context;
  return memcmp(key, signature, 32) == 0 && memcmp(digest, signature + 32, 32) == 0;
}

const otaru_crypto c99_crypto = {NULL, hash_start, hash_add, hash_finish, verify};
const otaru_trust c99_trust = {NULL, 0, "c99", 0, 0, 0};

static int ended(const otaru_action* action) {
  return action->next == OTARU_CLOSE || action->next == OTARU_CLOSE_AND_RESET;
}

static void carry_out(const otaru_action* action, c99_result* result) {
  result->notes[action->note]++;
  if (action->reply[0] != '\0') strcpy(result->last_line, action->reply);
  if (action->last_reply) result->last_replies++;
  if (action->note == OTARU_NOTE_REFUSED) strcpy(result->reason, action->reason);
  if (ended(action)) result->closes++;
  if (action->next == OTARU_CLOSE_AND_RESET) result->resets++;
}

c99_result c99_push(otaru_device* device, const unsigned char* stream, size_t length, size_t piece) {
  c99_result result;
  otaru_action action;
  size_t at = 0;
  int seat;
  memset(&result, 0, sizeof result);
  memset(&action, 0, sizeof action);
  seat = otaru_open(device, 0, &result.evicts);
  while (at < length && !ended(&action)) {
    const size_t offered = length - at < piece ? length - at : piece;
    otaru_step(device, seat, OTARU_BYTES, stream + at, offered, 0, &action);
    carry_out(&action, &result);
    at += action.consumed;
  }
  while (!ended(&action)) {
    const otaru_event event = action.next == OTARU_AGAIN ? OTARU_TIME : OTARU_CLOSED;
    otaru_step(device, seat, event, NULL, 0, 0, &action);
    carry_out(&action, &result);
  }
  return result;
}

int c99_init(otaru_device* device, const otaru_flash* flash, int layout) {
  return otaru_init(device, flash, &c99_crypto, &c99_trust, (otaru_layout)layout, OTARU_OTA1, 3);
}
