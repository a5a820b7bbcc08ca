// Landlock: one call each. The structures are those of linux/landlock.h of Linux 6.12; older headers have a part.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

int64_t apus_landlock_version(void) {
  return apus_result(syscall(__NR_landlock_create_ruleset, NULL, 0, 1 /* LANDLOCK_CREATE_RULESET_VERSION */));
}

// A kernel that knows a shorter structure takes this one as long as the rest of it is zero.
int64_t apus_landlock_create(uint64_t files, uint64_t network, uint64_t scopes) {
  struct {
    uint64_t handled_access_fs, handled_access_net, scoped;
  } attributes = {files, network, scopes};
  return apus_result(syscall(__NR_landlock_create_ruleset, &attributes, sizeof attributes, 0));
}

int64_t apus_landlock_allow_path(int32_t ruleset, int32_t path, uint64_t access) {
  struct {
    uint64_t allowed_access;
    int32_t parent_fd;
  } __attribute__((packed)) rule = {access, path};
  return apus_result(syscall(__NR_landlock_add_rule, ruleset, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &rule, 0));
}

int64_t apus_landlock_allow_port(int32_t ruleset, uint64_t port, uint64_t access) {
  struct {
    uint64_t allowed_access, port;
  } rule = {access, port};
  return apus_result(syscall(__NR_landlock_add_rule, ruleset, 2 /* LANDLOCK_RULE_NET_PORT */, &rule, 0));
}

int64_t apus_landlock_restrict(int32_t ruleset) {
  return apus_result(syscall(__NR_landlock_restrict_self, ruleset, 0));
}
