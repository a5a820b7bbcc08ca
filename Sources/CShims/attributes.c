// Extended attributes, by descriptor: one call each.
#define _GNU_SOURCE
#include <sys/xattr.h>

#include "CShims.h"
#include "result.h"

int64_t apus_flistxattr(int32_t fd, char *list, size_t size) { return apus_result(flistxattr(fd, list, size)); }

int64_t apus_fgetxattr(int32_t fd, const char *name, void *value, size_t size) {
  return apus_result(fgetxattr(fd, name, value, size));
}

int64_t apus_fsetxattr(int32_t fd, const char *name, const void *value, size_t size) {
  return apus_result(fsetxattr(fd, name, value, size, 0));
}
