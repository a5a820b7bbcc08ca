// Clocks.
#ifndef APUS_CSHIMS_CLOCK_H
#define APUS_CSHIMS_CLOCK_H

#include <stdint.h>

struct apus_time {
  int64_t seconds;
  int64_t nanoseconds;
};

int64_t apus_clock_gettime(int32_t clock, struct apus_time *_Nonnull time);
int64_t apus_nanosleep(int64_t seconds, int64_t nanoseconds);

#endif
