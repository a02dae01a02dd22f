/* The flash of an AmebaD board, by the SDK's mbed API (flash_api.h). Each call takes the device lock, as the
 * SDK asks of everybody who writes; flash_api.h itself stops execution from flash meanwhile. */
#if defined(ARDUINO_ARCH_AMEBAD)

/* device_lock.h needs stdint.h before it. */
/* clang-format off */
#include <stdint.h>
#include <device_lock.h>
#include <flash_api.h>
/* clang-format on */

#include "ameba_port.h"

static flash_t flash;

static int finish(int done) {
  device_mutex_unlock(RT_DEV_LOCK_FLASH);
  return done == 1 ? 0 : -1;
}

int otaru_ameba_flash_read(void* context, uint32_t at, void* out, size_t length) {
  (void)context;
  device_mutex_lock(RT_DEV_LOCK_FLASH);
  return finish(flash_stream_read(&flash, at, (uint32_t)length, (uint8_t*)out));
}

/* The SDK writes words of 4 bytes, and fills a word up with what it reads there: the same bits again, which
 * NOR flash takes. Its parameter is not const, but it only reads. */
int otaru_ameba_flash_program(void* context, uint32_t at, const void* data, size_t length) {
  (void)context;
  device_mutex_lock(RT_DEV_LOCK_FLASH);
  return finish(flash_stream_write(&flash, at, (uint32_t)length, (uint8_t*)(uintptr_t)data));
}

/* Erases report nothing: whoever needs certainty reads back, as Otaru does. */
int otaru_ameba_flash_erase_sector(void* context, uint32_t at) {
  (void)context;
  device_mutex_lock(RT_DEV_LOCK_FLASH);
  flash_erase_sector(&flash, at);
  return finish(1);
}

int otaru_ameba_flash_erase_block(void* context, uint32_t at) {
  (void)context;
  device_mutex_lock(RT_DEV_LOCK_FLASH);
  flash_erase_block(&flash, at);
  return finish(1);
}

#endif
