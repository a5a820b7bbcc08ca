// The mount calls by descriptor (kernel 5.2; mount_setattr 5.12): one call each.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <sys/mount.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

_Static_assert(sizeof(struct apus_mount_attributes) == 32, "MOUNT_ATTR_SIZE_VER0");

int64_t apus_open_tree(int32_t dir, const char *path, uint32_t flags) {
  return apus_result(syscall(__NR_open_tree, dir, path, flags));
}

int64_t apus_move_mount(int32_t from_dir, const char *from, int32_t to_dir, const char *to, uint32_t flags) {
  return apus_result(syscall(__NR_move_mount, from_dir, from, to_dir, to, flags));
}

int64_t apus_fsopen(const char *name, uint32_t flags) { return apus_result(syscall(__NR_fsopen, name, flags)); }

int64_t apus_fspick(int32_t dir, const char *path, uint32_t flags) {
  return apus_result(syscall(__NR_fspick, dir, path, flags));
}

int64_t apus_fsconfig(int32_t fs, uint32_t command, const char *key, const char *value, int32_t number) {
  return apus_result(syscall(__NR_fsconfig, fs, command, key, value, number));
}

int64_t apus_fsmount(int32_t fs, uint32_t flags, uint32_t attributes) {
  return apus_result(syscall(__NR_fsmount, fs, flags, attributes));
}

int64_t apus_mount_setattr(int32_t dir, const char *path, uint32_t flags,
                           const struct apus_mount_attributes *attributes) {
  return apus_result(syscall(__NR_mount_setattr, dir, path, flags, attributes, sizeof *attributes));
}

int64_t apus_mount(const char *source, const char *target, const char *type, uint64_t flags, const char *options) {
  return apus_result(mount(source, target, type, flags, options));
}

int64_t apus_umount2(const char *path, int32_t flags) { return apus_result(umount2(path, flags)); }

int64_t apus_pivot_root(const char *new_root, const char *put_old) {
  return apus_result(syscall(__NR_pivot_root, new_root, put_old));
}
