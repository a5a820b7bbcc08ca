// Files, directories and descriptors.
#ifndef APUS_CSHIMS_FILES_H
#define APUS_CSHIMS_FILES_H

#include <stddef.h>
#include <stdint.h>

// What statx(2) tells, in fixed widths.
struct apus_status {
  uint64_t inode;
  uint64_t size;
  uint64_t mount_id;
  uint64_t mask;
  uint32_t mode;
  uint32_t links;
  uint32_t uid;
  uint32_t gid;
  uint32_t device_major;
  uint32_t device_minor;
  uint32_t special_major;
  uint32_t special_minor;
  int64_t modified_seconds;
  uint32_t modified_nanoseconds;
  uint32_t is_mount_root;
};

// The bytes that a file has on the disk.
int64_t apus_allocated(int32_t dir, const char *_Nonnull path, int32_t flags);
int64_t apus_openat2(int32_t dir, const char *_Nonnull path, uint64_t flags, uint64_t mode, uint64_t resolve);
int64_t apus_close(int32_t fd);
int64_t apus_close_range(uint32_t first, uint32_t last, uint32_t flags);
int64_t apus_dup3(int32_t from, int32_t to, int32_t flags);
int64_t apus_fcntl(int32_t fd, int32_t command, int64_t argument);
int64_t apus_read(int32_t fd, void *_Nonnull buffer, size_t size);
int64_t apus_pread(int32_t fd, void *_Nonnull buffer, size_t size, int64_t offset);
int64_t apus_write(int32_t fd, const void *_Nonnull buffer, size_t size);
int64_t apus_sendfile(int32_t to, int32_t from, size_t size);
int64_t apus_lseek(int32_t fd, int64_t offset, int32_t whence);
int64_t apus_ftruncate(int32_t fd, int64_t size);
int64_t apus_fsync(int32_t fd);
int64_t apus_flock(int32_t fd, int32_t operation);
int64_t apus_statx(int32_t dir, const char *_Nonnull path, int32_t flags, struct apus_status *_Nonnull status);
int64_t apus_fstatfs_type(int32_t fd);
int64_t apus_fstatfs_flags(int32_t fd);
int64_t apus_getdents64(int32_t fd, void *_Nonnull buffer, size_t size);
int64_t apus_mkdirat(int32_t dir, const char *_Nonnull path, uint32_t mode);
int64_t apus_mknodat(int32_t dir, const char *_Nonnull path, uint32_t mode, uint32_t major, uint32_t minor);
int64_t apus_unlinkat(int32_t dir, const char *_Nonnull path, int32_t flags);
int64_t apus_renameat(int32_t from_dir, const char *_Nonnull from, int32_t to_dir, const char *_Nonnull to);
int64_t apus_symlinkat(const char *_Nonnull target, int32_t dir, const char *_Nonnull path);
int64_t apus_readlinkat(int32_t dir, const char *_Nonnull path, char *_Nonnull buffer, size_t size);
int64_t apus_faccessat2(int32_t dir, const char *_Nonnull path, int32_t mode, int32_t flags);
int64_t apus_fchownat(int32_t dir, const char *_Nonnull path, uint32_t uid, uint32_t gid, int32_t flags);
int64_t apus_fchmodat(int32_t dir, const char *_Nonnull path, uint32_t mode);
int64_t apus_fchmod(int32_t fd, uint32_t mode);
int64_t apus_memfd_create(const char *_Nonnull name, uint32_t flags);
int64_t apus_pipe2(int32_t *_Nonnull pair, int32_t flags);
int64_t apus_chdir(const char *_Nonnull path);
int64_t apus_fchdir(int32_t fd);
int64_t apus_chroot(const char *_Nonnull path);
int64_t apus_getcwd(char *_Nonnull buffer, size_t size);
int64_t apus_umask(uint32_t mask);
int64_t apus_ioctl(int32_t fd, uint64_t request, uint64_t argument);
int64_t apus_setxattr(const char *_Nonnull path, const char *_Nonnull name, const void *_Nonnull value, size_t size);

#endif
