// Files, directories and descriptors: one call each.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

// The kernel's struct statx (linux/stat.h, 256 bytes): musl and glibc declare it differently.
struct kernel_statx {
  uint32_t mask, block_size;
  uint64_t attributes;
  uint32_t links, uid, gid;
  uint16_t mode, spare;
  uint64_t inode, size, blocks, attributes_mask;
  struct { int64_t seconds; uint32_t nanoseconds; int32_t reserved; } accessed, born, changed, modified;
  uint32_t special_major, special_minor, device_major, device_minor;
  uint64_t mount_id, rest[13];
};
_Static_assert(sizeof(struct kernel_statx) == 256, "struct statx of the kernel");
_Static_assert(sizeof(struct apus_status) == 80, "struct apus_status as Swift sees it");

int64_t apus_openat2(int32_t dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
  return apus_result(syscall(__NR_openat2, dir, path, &how, sizeof how));
}

int64_t apus_close(int32_t fd) { return apus_result_once(close(fd)); }

int64_t apus_close_range(uint32_t first, uint32_t last, uint32_t flags) {
  return apus_result(syscall(__NR_close_range, first, last, flags));
}

int64_t apus_dup3(int32_t from, int32_t to, int32_t flags) { return apus_result(dup3(from, to, flags)); }

int64_t apus_fcntl(int32_t fd, int32_t command, int64_t argument) {
  return apus_result(syscall(__NR_fcntl, fd, command, argument));
}

int64_t apus_read(int32_t fd, void *buffer, size_t size) { return apus_result(read(fd, buffer, size)); }

int64_t apus_pread(int32_t fd, void *buffer, size_t size, int64_t offset) {
  return apus_result(pread(fd, buffer, size, offset));
}

int64_t apus_write(int32_t fd, const void *buffer, size_t size) { return apus_result(write(fd, buffer, size)); }

int64_t apus_sendfile(int32_t to, int32_t from, size_t size) { return apus_result(sendfile(to, from, NULL, size)); }

int64_t apus_lseek(int32_t fd, int64_t offset, int32_t whence) { return apus_result(lseek(fd, offset, whence)); }

int64_t apus_ftruncate(int32_t fd, int64_t size) { return apus_result(ftruncate(fd, size)); }

int64_t apus_fsync(int32_t fd) { return apus_result(fsync(fd)); }

int64_t apus_flock(int32_t fd, int32_t operation) { return apus_result(flock(fd, operation)); }

int64_t apus_statx(int32_t dir, const char *path, int32_t flags, struct apus_status *status) {
  struct kernel_statx buffer;
  // 0x17ff: all basic fields, and the mount id (kernel 5.8).
  int64_t result = apus_result(syscall(__NR_statx, dir, path, flags, 0x17ffu, &buffer));
  if (result < 0) return result;
  *status = (struct apus_status){
      .inode = buffer.inode, .size = buffer.size, .mount_id = buffer.mount_id, .mask = buffer.mask,
      .mode = buffer.mode, .links = buffer.links, .uid = buffer.uid, .gid = buffer.gid,
      .device_major = buffer.device_major, .device_minor = buffer.device_minor,
      .special_major = buffer.special_major, .special_minor = buffer.special_minor,
      .modified_seconds = buffer.modified.seconds, .modified_nanoseconds = buffer.modified.nanoseconds,
      .is_mount_root = (buffer.attributes & 0x2000) != 0};
  return 0;
}

int64_t apus_allocated(int32_t dir, const char *path, int32_t flags) {
  struct kernel_statx buffer;
  int64_t result = apus_result(syscall(__NR_statx, dir, path, flags, 0x400u /* STATX_BLOCKS */, &buffer));
  return result < 0 ? result : (int64_t)(buffer.blocks * 512);
}

int64_t apus_fstatfs_type(int32_t fd) {
  struct statfs buffer;
  int64_t result = apus_result(fstatfs(fd, &buffer));
  return result < 0 ? result : (int64_t)(uint32_t)buffer.f_type;
}

int64_t apus_fstatfs_flags(int32_t fd) {
  struct statfs buffer;
  int64_t result = apus_result(fstatfs(fd, &buffer));
  return result < 0 ? result : (int64_t)buffer.f_flags;
}

int64_t apus_getdents64(int32_t fd, void *buffer, size_t size) {
  return apus_result(syscall(__NR_getdents64, fd, buffer, size));
}

int64_t apus_mkdirat(int32_t dir, const char *path, uint32_t mode) { return apus_result(mkdirat(dir, path, mode)); }

int64_t apus_mknodat(int32_t dir, const char *path, uint32_t mode, uint32_t major, uint32_t minor) {
  return apus_result(mknodat(dir, path, mode, makedev(major, minor)));
}

int64_t apus_unlinkat(int32_t dir, const char *path, int32_t flags) { return apus_result(unlinkat(dir, path, flags)); }

int64_t apus_renameat(int32_t from_dir, const char *from, int32_t to_dir, const char *to) {
  return apus_result(renameat(from_dir, from, to_dir, to));
}

int64_t apus_symlinkat(const char *target, int32_t dir, const char *path) {
  return apus_result(symlinkat(target, dir, path));
}

int64_t apus_readlinkat(int32_t dir, const char *path, char *buffer, size_t size) {
  return apus_result(readlinkat(dir, path, buffer, size));
}

int64_t apus_faccessat2(int32_t dir, const char *path, int32_t mode, int32_t flags) {
  return apus_result(syscall(__NR_faccessat2, dir, path, mode, flags));
}

int64_t apus_fchownat(int32_t dir, const char *path, uint32_t uid, uint32_t gid, int32_t flags) {
  return apus_result(fchownat(dir, path, uid, gid, flags));
}

int64_t apus_fchmodat(int32_t dir, const char *path, uint32_t mode) {
  return apus_result(syscall(__NR_fchmodat, dir, path, mode));
}

int64_t apus_fchmod(int32_t fd, uint32_t mode) { return apus_result(fchmod(fd, mode)); }

int64_t apus_memfd_create(const char *name, uint32_t flags) {
  return apus_result(syscall(__NR_memfd_create, name, flags));
}

int64_t apus_pipe2(int32_t *pair, int32_t flags) { return apus_result(pipe2(pair, flags)); }

int64_t apus_chdir(const char *path) { return apus_result(chdir(path)); }

int64_t apus_fchdir(int32_t fd) { return apus_result(fchdir(fd)); }

int64_t apus_chroot(const char *path) { return apus_result(chroot(path)); }

int64_t apus_getcwd(char *buffer, size_t size) { return apus_result(syscall(__NR_getcwd, buffer, size)); }

int64_t apus_umask(uint32_t mask) { return umask(mask); }

int64_t apus_ioctl(int32_t fd, uint64_t request, uint64_t argument) {
  return apus_result(syscall(__NR_ioctl, fd, request, argument));
}

int64_t apus_setxattr(const char *path, const char *name, const void *value, size_t size) {
  return apus_result(setxattr(path, name, value, size, 0));
}
