// What the kernel's seccomp(2) offers.
#ifndef APUS_CSHIMS_FILTERS_H
#define APUS_CSHIMS_FILTERS_H

#include <stdint.h>

// 0, or -errno: -EINVAL for a flag, -EOPNOTSUPP for an action which this kernel lacks.
int64_t apus_seccomp_has_flags(uint32_t flags);
int64_t apus_seccomp_has_action(uint32_t action);

#endif
