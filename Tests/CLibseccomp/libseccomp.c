// One call of libseccomp per function, and a machine for classic BPF over struct seccomp_data.
#include <linux/filter.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "CLibseccomp.h"

_Static_assert(sizeof(struct reference_condition) == sizeof(struct scmp_arg_cmp), "struct scmp_arg_cmp");
_Static_assert(offsetof(struct reference_condition, comparison) == offsetof(struct scmp_arg_cmp, op), "op");
_Static_assert(offsetof(struct reference_condition, value) == offsetof(struct scmp_arg_cmp, datum_a), "datum_a");
_Static_assert(offsetof(struct reference_condition, value_two) == offsetof(struct scmp_arg_cmp, datum_b), "datum_b");

void *reference_new(uint32_t default_action) { return seccomp_init(default_action); }

void reference_release(void *filter) { seccomp_release(filter); }

int reference_add_architecture(void *filter, uint32_t architecture) { return seccomp_arch_add(filter, architecture); }

int reference_add_rule(void *filter, uint32_t action, int number, const struct reference_condition *conditions,
                       uint32_t count) {
  return seccomp_rule_add_array(filter, action, number, count, (const struct scmp_arg_cmp *)conditions);
}

int reference_export(void *filter, int fd) { return seccomp_export_bpf(filter, fd); }

uint32_t reference_architecture(const char *name) { return seccomp_arch_resolve_name(name); }

int reference_number(uint32_t architecture, const char *name) {
  return seccomp_syscall_resolve_name_arch(architecture, name);
}

int reference_knows(uint32_t architecture, int number) {
  char *name = seccomp_syscall_resolve_num_arch(architecture, number);
  free(name);
  return name != NULL;
}

int64_t reference_run(const void *program, size_t count, const struct reference_call *call) {
  const struct sock_filter *filter = program;
  const size_t words = sizeof(*call) / 4;
  uint32_t accumulator = 0;
  size_t at = 0;
  while (at < count && count <= BPF_MAXINSNS) {
    const struct sock_filter *step = &filter[at++];
    switch (step->code) {
    case BPF_LD | BPF_W | BPF_ABS:
      if (step->k % 4 != 0 || step->k / 4 >= words) return -1;
      memcpy(&accumulator, (const char *)call + step->k, 4);
      break;
    case BPF_ALU | BPF_AND | BPF_K: accumulator &= step->k; break;
    case BPF_JMP | BPF_JA: at += step->k; break;
    case BPF_JMP | BPF_JEQ | BPF_K: at += accumulator == step->k ? step->jt : step->jf; break;
    case BPF_JMP | BPF_JGT | BPF_K: at += accumulator > step->k ? step->jt : step->jf; break;
    case BPF_JMP | BPF_JGE | BPF_K: at += accumulator >= step->k ? step->jt : step->jf; break;
    case BPF_JMP | BPF_JSET | BPF_K: at += accumulator & step->k ? step->jt : step->jf; break;
    case BPF_RET | BPF_K: return step->k;
    default: return -1;
    }
  }
  return -1;
}
