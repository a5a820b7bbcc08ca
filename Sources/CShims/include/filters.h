// The compiler of system call filters (libseccomp) behind an opaque handle, and what the kernel's seccomp(2) offers.
// Not called seccomp.h, which is the name of the library's own header.
#ifndef APUS_CSHIMS_FILTERS_H
#define APUS_CSHIMS_FILTERS_H

#include <stddef.h>
#include <stdint.h>

// One condition on an argument; the layout of libseccomp's struct scmp_arg_cmp.
struct apus_seccomp_condition {
  uint32_t argument;
  uint32_t comparison;
  uint64_t value;
  uint64_t value_two;
};

void *_Nullable apus_seccomp_new(uint32_t default_action);
void apus_seccomp_release(void *_Nonnull filter);
int64_t apus_seccomp_add_architecture(void *_Nonnull filter, uint32_t architecture);
int64_t apus_seccomp_add_rule(void *_Nonnull filter, uint32_t action, int32_t number,
                              const struct apus_seccomp_condition *_Nullable conditions, uint32_t count);
int64_t apus_seccomp_optimize(void *_Nonnull filter, uint32_t level);
int64_t apus_seccomp_export(void *_Nonnull filter, int32_t fd);

// The token of an architecture, 0 when libseccomp does not know the name.
uint32_t apus_seccomp_architecture(const char *_Nonnull name);
uint32_t apus_seccomp_native_architecture(void);
// The number of a call, -1 when no architecture has it; below -1 when others have it.
int32_t apus_seccomp_number(uint32_t architecture, const char *_Nonnull name);
// Major, minor and micro in a byte each.
uint32_t apus_seccomp_version(void);

// 0, or -errno: -EINVAL for a flag, -EOPNOTSUPP for an action which this kernel lacks.
int64_t apus_seccomp_has_flags(uint32_t flags);
int64_t apus_seccomp_has_action(uint32_t action);

#endif
