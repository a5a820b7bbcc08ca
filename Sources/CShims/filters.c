// The compiler of system call filters (libseccomp) and what the kernel's seccomp(2) offers: one call each.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <seccomp.h>
#include <stddef.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

_Static_assert(sizeof(struct apus_seccomp_condition) == sizeof(struct scmp_arg_cmp), "struct scmp_arg_cmp");
_Static_assert(offsetof(struct apus_seccomp_condition, comparison) == offsetof(struct scmp_arg_cmp, op), "op");
_Static_assert(offsetof(struct apus_seccomp_condition, value) == offsetof(struct scmp_arg_cmp, datum_a), "datum_a");
_Static_assert(offsetof(struct apus_seccomp_condition, value_two) == offsetof(struct scmp_arg_cmp, datum_b), "datum_b");

void *apus_seccomp_new(uint32_t default_action) { return seccomp_init(default_action); }

void apus_seccomp_release(void *filter) { seccomp_release(filter); }

int64_t apus_seccomp_add_architecture(void *filter, uint32_t architecture) {
  return seccomp_arch_add(filter, architecture);
}

int64_t apus_seccomp_add_rule(void *filter, uint32_t action, int32_t number,
                              const struct apus_seccomp_condition *conditions, uint32_t count) {
  return seccomp_rule_add_array(filter, action, number, count, (const struct scmp_arg_cmp *)conditions);
}

int64_t apus_seccomp_optimize(void *filter, uint32_t level) {
  return seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, level);
}

int64_t apus_seccomp_export(void *filter, int32_t fd) { return seccomp_export_bpf(filter, fd); }

uint32_t apus_seccomp_architecture(const char *name) { return seccomp_arch_resolve_name(name); }

uint32_t apus_seccomp_native_architecture(void) { return seccomp_arch_native(); }

int32_t apus_seccomp_number(uint32_t architecture, const char *name) {
  return seccomp_syscall_resolve_name_arch(architecture, name);
}

uint32_t apus_seccomp_version(void) {
  const struct scmp_version *version = seccomp_version();
  return version->major << 16 | version->minor << 8 | version->micro;
}

// The kernel checks the flags before it reads the program: EFAULT means that it knows them.
int64_t apus_seccomp_has_flags(uint32_t flags) {
  int64_t result = apus_result(syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, NULL));
  return result == -EFAULT ? 0 : result;
}

int64_t apus_seccomp_has_action(uint32_t action) {
  return apus_result(syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
}
