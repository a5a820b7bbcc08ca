// Compiles a seccomp profile, given as plain lines, into a BPF program on standard output. The floor loads it.
//
// Lines: `arch NAME`, or `allow|errno N NAME [INDEX OP VALUE VALUE2]`; names that libseccomp does not
// know are left out, as every runtime leaves them out.
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare_operation(const char *name) {
  if (strcmp(name, "SCMP_CMP_NE") == 0) return SCMP_CMP_NE;
  if (strcmp(name, "SCMP_CMP_MASKED_EQ") == 0) return SCMP_CMP_MASKED_EQ;
  return SCMP_CMP_EQ;
}

static void add_rule(scmp_filter_ctx filter, const char *line) {
  char action[16], name[64], operation[32];
  unsigned error, index;
  unsigned long long value, second;
  int fields = sscanf(line, "%15s %u %63s %u %31s %llu %llu", action, &error, name, &index, operation, &value, &second);
  if (fields < 3) return;
  unsigned result = strcmp(action, "allow") == 0 ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(error);
  int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR) return;
  struct scmp_arg_cmp test = {0};
  if (fields == 7) {
    test.arg = index;
    test.op = compare_operation(operation);
    test.datum_a = value;
    test.datum_b = second;
  }
  seccomp_rule_add_array(filter, result, number, fields == 7 ? 1 : 0, &test);
}

int main(void) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  char line[256];
  // A balanced tree over the call numbers instead of a list: what the runtimes ask for as well.
  seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  while (fgets(line, sizeof line, stdin)) {
    char name[64];
    if (sscanf(line, "arch %63s", name) == 1) {
      seccomp_arch_add(filter, seccomp_arch_resolve_name(name));
    } else {
      add_rule(filter, line);
    }
  }
  return seccomp_export_bpf(filter, STDOUT_FILENO) == 0 ? 0 : 1;
}
