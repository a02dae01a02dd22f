/* What an RTOS would give to lwIP; its headers only want the names. */
#ifndef OTARU_PORTING_SYS_ARCH_H
#define OTARU_PORTING_SYS_ARCH_H

typedef int sys_sem_t;
typedef int sys_mutex_t;
typedef int sys_mbox_t;
typedef int sys_thread_t;
typedef int sys_prot_t;

#endif
