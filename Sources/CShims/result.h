// The one place where errno is read: directly after the call.
#ifndef APUS_RESULT_H
#define APUS_RESULT_H

#include <errno.h>
#include <stdint.h>

static inline int64_t apus_judged(long value) {
  return value < 0 ? -(int64_t)errno : (int64_t)value;
}

/* A call's value or -errno; the call is made again when a signal interrupted it. */
#define apus_result(call)                                    \
  ({                                                         \
    long apus_value;                                         \
    do apus_value = (long)(call);                            \
    while (apus_value == -1 && errno == EINTR);              \
    apus_judged(apus_value);                                 \
  })

/* The same for a call that must not be made twice. */
#define apus_result_once(call) apus_judged(call)

#endif
