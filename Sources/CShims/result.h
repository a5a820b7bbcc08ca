// The one place where errno is read: directly after the call.
#ifndef APUS_RESULT_H
#define APUS_RESULT_H

#include <errno.h>
#include <stdint.h>

static inline int64_t apus_result(long value) {
  return value < 0 ? -(int64_t)errno : (int64_t)value;
}

#endif
