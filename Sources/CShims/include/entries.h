// Entries of directories and their attributes, as archives need them.
#ifndef APUS_CSHIMS_ENTRIES_H
#define APUS_CSHIMS_ENTRIES_H

#include <stddef.h>
#include <stdint.h>

// struct xattr_args of linux/xattr.h (kernel 6.13).
struct apus_attribute {
  uint64_t value;
  uint32_t size;
  uint32_t flags;
};

int64_t apus_linkat(int32_t from_dir, const char *_Nonnull from, int32_t to_dir, const char *_Nonnull to);
// Sets the times of access and change alike; of a link itself, not of its target.
int64_t apus_set_times(int32_t dir, const char *_Nonnull path, int64_t seconds, int64_t nanoseconds);
int64_t apus_futimens(int32_t fd, int64_t seconds, int64_t nanoseconds);
int64_t apus_setxattrat(int32_t dir, const char *_Nonnull path, const char *_Nonnull name,
                        const void *_Nullable value, size_t size);
int64_t apus_syncfs(int32_t fd);

#endif
