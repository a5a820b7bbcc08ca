// libseccomp behind an opaque handle, and a machine for filters: what the filters of this project are compared with.
#ifndef APUS_CLIBSECCOMP_H
#define APUS_CLIBSECCOMP_H

#include <stddef.h>
#include <stdint.h>

// One condition on an argument; the layout of libseccomp's struct scmp_arg_cmp.
struct reference_condition {
  uint32_t argument;
  uint32_t comparison;
  uint64_t value;
  uint64_t value_two;
};

void *_Nullable reference_new(uint32_t default_action);
void reference_release(void *_Nonnull filter);
// 0, or -errno, here and below.
int reference_add_architecture(void *_Nonnull filter, uint32_t architecture);
int reference_add_rule(void *_Nonnull filter, uint32_t action, int number,
                       const struct reference_condition *_Nullable conditions, uint32_t count);
int reference_export(void *_Nonnull filter, int fd);
uint32_t reference_architecture(const char *_Nonnull name);
// The number of a call, -1 when no architecture has it; below -1 when others have it.
int reference_number(uint32_t architecture, const char *_Nonnull name);
// Whether a number is that of a call.
int reference_knows(uint32_t architecture, int number);

// A call as a filter sees it (linux/seccomp.h, struct seccomp_data).
struct reference_call {
  int32_t number;
  uint32_t architecture;
  uint64_t instruction_pointer;
  uint64_t arguments[6];
};

// The action for a call, -1 when the kernel would not take the program.
int64_t reference_run(const void *_Nonnull program, size_t count, const struct reference_call *_Nonnull call);

#endif
