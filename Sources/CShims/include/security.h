// Credentials, capabilities, prctl, keys and seccomp's loader.
#ifndef APUS_CSHIMS_SECURITY_H
#define APUS_CSHIMS_SECURITY_H

#include <stddef.h>
#include <stdint.h>

int64_t apus_geteuid(void);
int64_t apus_getegid(void);
int64_t apus_setresuid(uint32_t uid);
int64_t apus_setresgid(uint32_t gid);
int64_t apus_setgroups(const uint32_t *_Nullable groups, size_t count);
int64_t apus_prctl(int32_t option, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
int64_t apus_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable);
int64_t apus_capget(uint64_t *_Nonnull effective, uint64_t *_Nonnull permitted, uint64_t *_Nonnull inheritable);
int64_t apus_join_session_keyring(const char *_Nonnull name);
int64_t apus_keyctl(int32_t operation, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
int64_t apus_seccomp_load(const void *_Nonnull instructions, size_t count, uint32_t flags);

#endif
