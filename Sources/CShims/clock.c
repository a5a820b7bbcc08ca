// Clocks: one call each.
#define _GNU_SOURCE
#include <time.h>

#include "CShims.h"
#include "result.h"

int64_t apus_clock_gettime(int32_t clock, struct apus_time *out) {
  struct timespec now;
  int64_t result = apus_result(clock_gettime(clock, &now));
  out->seconds = now.tv_sec;
  out->nanoseconds = now.tv_nsec;
  return result;
}

int64_t apus_nanosleep(int64_t seconds, int64_t nanoseconds) {
  struct timespec wanted = {.tv_sec = seconds, .tv_nsec = nanoseconds};
  return apus_result(nanosleep(&wanted, NULL));
}
