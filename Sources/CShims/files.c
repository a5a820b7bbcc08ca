// Files, directories and descriptors: one call each.
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

#include "CShims.h"

int64_t apus_close(int32_t fd) {
  return close(fd) < 0 ? -errno : 0;
}
