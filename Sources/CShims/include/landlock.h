// Landlock (landlock(7)).
#ifndef APUS_CSHIMS_LANDLOCK_H
#define APUS_CSHIMS_LANDLOCK_H

#include <stdint.h>

// Returns the version of the interface.
int64_t apus_landlock_version(void);
// Returns a descriptor.
int64_t apus_landlock_create(uint64_t files, uint64_t network, uint64_t scopes);
int64_t apus_landlock_allow_path(int32_t ruleset, int32_t path, uint64_t access);
int64_t apus_landlock_allow_port(int32_t ruleset, uint64_t port, uint64_t access);
int64_t apus_landlock_restrict(int32_t ruleset);

#endif
