// struct clone_args of linux/sched.h up to `cgroup` (kernel 5.7), and the flags used with it.
#ifndef APUS_CLONE_ARGS_H
#define APUS_CLONE_ARGS_H

#include <stdint.h>

struct kernel_clone_args {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};
_Static_assert(sizeof(struct kernel_clone_args) == 88, "CLONE_ARGS_SIZE_VER2");

#define APUS_CLONE_VM 0x100ull
#define APUS_CLONE_PIDFD 0x1000ull
#define APUS_CLONE_VFORK 0x4000ull
#define APUS_CLONE_PARENT 0x8000ull
#define APUS_CLONE_INTO_CGROUP 0x200000000ull

#endif
