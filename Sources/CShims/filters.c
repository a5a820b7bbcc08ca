// What the kernel's seccomp(2) offers.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

// The kernel checks the flags before it reads the program: EFAULT means that it knows them.
int64_t apus_seccomp_has_flags(uint32_t flags) {
  int64_t result = apus_result(syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, NULL));
  return result == -EFAULT ? 0 : result;
}

int64_t apus_seccomp_has_action(uint32_t action) {
  return apus_result(syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
}
