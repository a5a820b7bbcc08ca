// Waiting for events with next to no memory: while nothing happens, one page of the program is mapped and no unused
// page of the stack. Pages of a file come back when they are touched, sixteen at a time (fault-around), so the
// function that waits has a page of its own and calls no other.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CShims.h"
#include "kernel_call.h"
#include "result.h"

enum { PAGE = 4096, MOST_EVENTS = 32, UNUSED_STACK = 24 * PAGE };

extern char __executable_start, etext;

// The pages given back here are clean pages of the program's file and pages of the stack below every live frame.
__attribute__((noinline, aligned(PAGE))) int64_t apus_epoll_wait_idle(int32_t epoll, struct apus_event *events,
                                                                      int32_t capacity, int32_t timeout_milliseconds) {
  struct epoll_event list[MOST_EVENTS];
  long program = ((long)&__executable_start + PAGE - 1) & -PAGE;
  long stack = ((long)__builtin_frame_address(0) & -PAGE) - 2 * PAGE;
  kernel_call(__NR_madvise, (long[6]){stack - UNUSED_STACK, UNUSED_STACK, MADV_DONTNEED});
  kernel_call(__NR_madvise, (long[6]){program, ((long)&etext & -PAGE) - program, MADV_DONTNEED});
  long most = capacity < MOST_EVENTS ? capacity : MOST_EVENTS;
  long count = kernel_call(__NR_epoll_pwait, (long[6]){epoll, (long)list, most, timeout_milliseconds, 0, 8});
  for (long i = 0; i < count; i++) {
    events[i].events = list[i].events;
    events[i].token = list[i].data.u64;
  }
  return count;
}

// An advice that differs makes a mapping of its own of the page, and no fault maps more than a mapping.
int64_t apus_single_out_idle_page(void) {
  return apus_result(madvise((void *)apus_epoll_wait_idle, PAGE, MADV_RANDOM));
}
