// CShims: one kernel or library call per function, returned in the kernel's own convention
// (a value >= 0, or -errno). No policy, no allocation, no output. Beside them one loop that has to be fast: lines.h.
// No libc header but stdint and stddef: Swift reads glibc's layouts while this is built on musl.
#ifndef APUS_CSHIMS_H
#define APUS_CSHIMS_H

#include "attributes.h"
#include "clock.h"
#include "devices.h"
#include "entries.h"
#include "events.h"
#include "files.h"
#include "filters.h"
#include "landlock.h"
#include "lines.h"
#include "mounts.h"
#include "processes.h"
#include "scheduling.h"
#include "security.h"
#include "sockets.h"
#include "spawn.h"
#include "terminals.h"

#endif
