// Mounts, by descriptor.
#ifndef APUS_CSHIMS_MOUNTS_H
#define APUS_CSHIMS_MOUNTS_H

#include <stddef.h>
#include <stdint.h>

// struct mount_attr of linux/mount.h, whose header clashes with libc's sys/mount.h.
struct apus_mount_attributes {
  uint64_t set, clear, propagation, userns_fd;
};

int64_t apus_open_tree(int32_t dir, const char *_Nonnull path, uint32_t flags);
int64_t apus_move_mount(int32_t from_dir, const char *_Nonnull from, int32_t to_dir, const char *_Nonnull to,
                        uint32_t flags);
int64_t apus_fsopen(const char *_Nonnull name, uint32_t flags);
int64_t apus_fspick(int32_t dir, const char *_Nonnull path, uint32_t flags);
int64_t apus_fsconfig(int32_t fs, uint32_t command, const char *_Nullable key, const char *_Nullable value,
                      int32_t number);
int64_t apus_fsmount(int32_t fs, uint32_t flags, uint32_t attributes);
int64_t apus_mount_setattr(int32_t dir, const char *_Nonnull path, uint32_t flags,
                           const struct apus_mount_attributes *_Nonnull attributes);
int64_t apus_mount(const char *_Nonnull source, const char *_Nonnull target, const char *_Nonnull type, uint64_t flags,
                   const char *_Nonnull options);
int64_t apus_umount2(const char *_Nonnull path, int32_t flags);
int64_t apus_pivot_root(const char *_Nonnull new_root, const char *_Nonnull put_old);

#endif
