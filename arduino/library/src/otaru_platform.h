/* What Otaru.cpp asks of the platform that a sketch runs on. Defined once for each: in ameba/ for boards, in
 * the host layer for the virtual board. */
#ifndef OTARU_PLATFORM_H
#define OTARU_PLATFORM_H

#include "otaru_engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The port of this platform. Lives for ever. */
const otaru_port* otaru_platform_port(void);

/* Runs `work` again and again beside the sketch, in a task of its own. `work` returns the milliseconds that
 * the task sleeps before it calls again (0: it only lets others run), or OTARU_TASK_ENDS. @return 0, or -1 if
 * there is no memory for a task. */
#define OTARU_TASK_ENDS 0xFFFFFFFFu
int otaru_platform_start_task(uint32_t (*work)(void* context), void* context);

/* Tells the calling task from all others. */
const void* otaru_platform_this_task(void);

/* Lets other tasks run for so long; for stop(), which waits for the task's end. */
void otaru_platform_sleep(uint32_t milliseconds);

#ifdef __cplusplus
}
#endif

#endif
