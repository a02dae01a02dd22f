/* An AmebaD board as a platform: the port's table, and a task of FreeRTOS. */
#if defined(ARDUINO_ARCH_AMEBAD)

#include <FreeRTOS.h>
#include <diag.h>
#include <osdep_service.h>
#include <rtl8721d_ota.h>
#include <stdint.h>
#include <sys_api.h>
#include <task.h>
#include <wdt_api.h>

#include "ameba_port.h"
#include "otaru_platform.h"

/* Of 4 bytes. The deepest call that was measured takes 2.2 KB; lwIP and callbacks have the rest. */
#define STACK_WORDS 2048

/* WDG_Scalar() of the SDK makes a divisor of 16 bits and up to 4095 counts out of the time: 8190 s of 32.768
 * kHz. It does not look whether the time fits, and a longer one overflows into a short one. */
#define WATCHDOG_MOST_MS 8000000u

/* The slot whose start the flash MMU maps the code to. The SDK knows OTA2 only where the 2 MB layout has it,
 * and says OTA_INDEX_1 for every other address: that answer means nothing, and the boot loader's rule
 * decides. */
static int running_slot(void* context) {
  (void)context;
  return ota_get_cur_index() == OTA_INDEX_2 ? 1 : -1;
}

static uint32_t now_ms(void* context) {
  (void)context;
  return (uint32_t)(xTaskGetTickCount() * portTICK_PERIOD_MS);
}

static int random_bytes(void* context, void* out, size_t length) {
  (void)context;
  return rtw_get_random_bytes(out, (uint32_t)length);
}

static void reset(void* context) {
  (void)context;
  sys_reset(); /* by the watchdog, within 50 ms */
  for (;;) vTaskDelay(1000);
}

static void start_watchdog(void* context, uint32_t milliseconds) {
  (void)context;
  watchdog_init(milliseconds < WATCHDOG_MOST_MS ? milliseconds : WATCHDOG_MOST_MS);
  watchdog_start();
}

static void feed_watchdog(void* context) {
  (void)context;
  watchdog_refresh();
}

static void stop_watchdog(void* context) {
  (void)context;
  watchdog_stop();
}

static void log_line(void* context, const char* line) {
  (void)context;
  DiagPrintf("%s\r\n", line);
}

const otaru_port* otaru_platform_port(void) {
  static const otaru_port port = {
      NULL,
      0,
      otaru_ameba_flash_read,
      otaru_ameba_flash_program,
      otaru_ameba_flash_erase_sector,
      otaru_ameba_flash_erase_block,
      running_slot,
      now_ms,
      random_bytes,
      otaru_ameba_own_address,
      otaru_ameba_mac,
      otaru_ameba_tcp_listen,
      otaru_ameba_tcp_accept,
      otaru_ameba_tcp_receive,
      otaru_ameba_tcp_send,
      otaru_ameba_tcp_shutdown,
      otaru_ameba_close,
      otaru_ameba_mdns_open,
      otaru_ameba_mdns_receive,
      otaru_ameba_mdns_send,
      otaru_ameba_close,
      reset,
      start_watchdog,
      feed_watchdog,
      stop_watchdog,
      log_line,
  };
  return &port;
}

struct job {
  uint32_t (*work)(void* context);
  void* context;
};

static void run_job(void* argument) {
  const struct job job = *(struct job*)argument;
  vPortFree(argument);
  for (;;) {
    const uint32_t wait_ms = job.work(job.context);
    if (wait_ms == OTARU_TASK_ENDS) break;
    /* At least a tick: loop() has a lower priority and must have its turn. */
    vTaskDelay(wait_ms / portTICK_PERIOD_MS > 0 ? wait_ms / portTICK_PERIOD_MS : 1);
  }
  vTaskDelete(NULL);
}

int otaru_platform_start_task(uint32_t (*work)(void* context), void* context) {
  struct job* job = (struct job*)pvPortMalloc(sizeof *job);
  if (job == NULL) return -1;
  job->work = work;
  job->context = context;
  if (xTaskCreate(run_job, "otaru", STACK_WORDS, job, tskIDLE_PRIORITY + 2, NULL) == pdPASS) return 0;
  vPortFree(job);
  return -1;
}

const void* otaru_platform_this_task(void) {
  return xTaskGetCurrentTaskHandle();
}

void otaru_platform_sleep(uint32_t milliseconds) {
  vTaskDelay(milliseconds / portTICK_PERIOD_MS > 0 ? milliseconds / portTICK_PERIOD_MS : 1);
}

#endif
