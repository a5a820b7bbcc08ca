// Processors, scheduling, I/O priority and memory nodes of this process.
#ifndef APUS_CSHIMS_SCHEDULING_H
#define APUS_CSHIMS_SCHEDULING_H

#include <stddef.h>
#include <stdint.h>

// struct sched_attr of linux/sched/types.h, version 0.
struct apus_scheduling {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
};

int64_t apus_sched_setattr(const struct apus_scheduling *_Nonnull attributes);
int64_t apus_sched_setaffinity(const uint64_t *_Nonnull mask, size_t size);
// Returns how many bytes of the mask were written.
int64_t apus_sched_getaffinity(uint64_t *_Nonnull mask, size_t size);
int64_t apus_ioprio_set(int32_t priority);
int64_t apus_set_mempolicy(int32_t mode, const uint64_t *_Nonnull nodes, size_t count);

#endif
