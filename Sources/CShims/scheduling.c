// Processors, scheduling, I/O priority and memory nodes of this process: one call each.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

_Static_assert(sizeof(struct apus_scheduling) == 48, "SCHED_ATTR_SIZE_VER0");

int64_t apus_sched_setattr(const struct apus_scheduling *attributes) {
  return apus_result(syscall(__NR_sched_setattr, 0, attributes, 0));
}

int64_t apus_sched_setaffinity(const uint64_t *mask, size_t size) {
  return apus_result(syscall(__NR_sched_setaffinity, 0, size, mask));
}

int64_t apus_sched_getaffinity(uint64_t *mask, size_t size) {
  return apus_result(syscall(__NR_sched_getaffinity, 0, size, mask));
}

int64_t apus_ioprio_set(int32_t priority) {
  return apus_result(syscall(__NR_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, priority));
}

// The kernel takes one from `count` before it uses it.
int64_t apus_set_mempolicy(int32_t mode, const uint64_t *nodes, size_t count) {
  return apus_result(syscall(__NR_set_mempolicy, mode, count == 0 ? NULL : nodes, count == 0 ? 0 : count + 1));
}
