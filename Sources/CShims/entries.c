// Entries of directories and their attributes: one call each.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

// The same number on every architecture; musl 1.2.3 and glibc 2.36 do not know it.
#define NUMBER_OF_SETXATTRAT 463

_Static_assert(sizeof(struct apus_attribute) == 16, "struct xattr_args of the kernel");

int64_t apus_linkat(int32_t from_dir, const char *from, int32_t to_dir, const char *to) {
  return apus_result(linkat(from_dir, from, to_dir, to, 0));
}

int64_t apus_set_times(int32_t dir, const char *path, int64_t seconds, int64_t nanoseconds) {
  struct timespec time = {.tv_sec = seconds, .tv_nsec = nanoseconds}, times[2] = {time, time};
  return apus_result(utimensat(dir, path, times, AT_SYMLINK_NOFOLLOW));
}

int64_t apus_futimens(int32_t fd, int64_t seconds, int64_t nanoseconds) {
  struct timespec time = {.tv_sec = seconds, .tv_nsec = nanoseconds}, times[2] = {time, time};
  return apus_result(futimens(fd, times));
}

int64_t apus_setxattrat(int32_t dir, const char *path, const char *name, const void *value, size_t size) {
  struct apus_attribute attribute = {.value = (uint64_t)(uintptr_t)value, .size = (uint32_t)size};
  return apus_result(
      syscall(NUMBER_OF_SETXATTRAT, dir, path, AT_SYMLINK_NOFOLLOW, name, &attribute, sizeof attribute));
}

int64_t apus_syncfs(int32_t fd) { return apus_result(syncfs(fd)); }
