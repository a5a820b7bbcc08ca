// Credentials, capabilities, prctl, keys and seccomp's loader: one call each, by number, for this thread alone.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

int64_t apus_geteuid(void) { return apus_result(syscall(__NR_geteuid)); }

int64_t apus_getegid(void) { return apus_result(syscall(__NR_getegid)); }

int64_t apus_setresuid(uint32_t uid) { return apus_result(syscall(__NR_setresuid, uid, uid, uid)); }

int64_t apus_setresgid(uint32_t gid) { return apus_result(syscall(__NR_setresgid, gid, gid, gid)); }

int64_t apus_setgroups(const uint32_t *groups, size_t count) {
  return apus_result(syscall(__NR_setgroups, count, groups));
}

int64_t apus_prctl(int32_t option, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  return apus_result(syscall(__NR_prctl, option, a, b, c, d));
}

int64_t apus_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {
      {(uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable},
      {(uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), (uint32_t)(inheritable >> 32)}};
  return apus_result(syscall(__NR_capset, &header, data));
}

int64_t apus_capget(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{0}};
  int64_t result = apus_result(syscall(__NR_capget, &header, data));
  *effective = data[0].effective | (uint64_t)data[1].effective << 32;
  *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  *inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
  return result;
}

int64_t apus_join_session_keyring(const char *name) {
  return apus_result(syscall(__NR_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, name));
}

int64_t apus_keyctl(int32_t operation, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  return apus_result(syscall(__NR_keyctl, operation, a, b, c, d));
}

int64_t apus_seccomp_load(const void *instructions, size_t count, uint32_t flags) {
  struct sock_fprog program = {.len = (unsigned short)count, .filter = (struct sock_filter *)instructions};
  return apus_result(syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}
