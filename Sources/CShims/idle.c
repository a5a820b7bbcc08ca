// Waiting for events with next to no memory: while nothing happens, one page of the program is mapped and no unused
// page of the stack. Pages of a file come back when they are touched, sixteen at a time (fault-around), so the
// function that waits has a page of its own and calls no other.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

enum { PAGE = 4096, MOST_EVENTS = 32, UNUSED_STACK = 24 * PAGE };

extern char __executable_start, etext;

// A call of the kernel without a call of a function; `call` of a library would map another sixteen pages.
static inline __attribute__((always_inline)) long kernel_call(long number, const long *a) {
#if defined(__x86_64__)
  register long r10 __asm__("r10") = a[3];
  register long r8 __asm__("r8") = a[4];
  register long r9 __asm__("r9") = a[5];
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a[0];
  register long x1 __asm__("x1") = a[1];
  register long x2 __asm__("x2") = a[2];
  register long x3 __asm__("x3") = a[3];
  register long x4 __asm__("x4") = a[4];
  register long x5 __asm__("x5") = a[5];
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#else
#error "a machine that Apus does not know"
#endif
}

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
