// Programs that a v2 cgroup asks about the use of devices: one command of bpf(2) each.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <linux/bpf.h>
#include <string.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

_Static_assert(APUS_PROGRAM_NAME_SIZE == BPF_OBJ_NAME_LEN, "the kernel's size of a name");
_Static_assert(sizeof(struct bpf_insn) == sizeof(uint64_t), "an instruction is a number");

static int64_t apus_bpf(int command, union bpf_attr *attributes) {
  return apus_result(syscall(__NR_bpf, command, attributes, sizeof *attributes));
}

int64_t apus_device_program_load(const uint64_t *instructions, uint32_t count, const char *name) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = (uintptr_t)instructions;
  attributes.insn_cnt = count;
  attributes.license = (uintptr_t) "Apache";
  strncpy(attributes.prog_name, name, sizeof attributes.prog_name - 1);
  return apus_bpf(BPF_PROG_LOAD, &attributes);
}

int64_t apus_device_program_attach(int32_t cgroup, int32_t program, int32_t replaced) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = (uint32_t)cgroup;
  attributes.attach_bpf_fd = (uint32_t)program;
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  if (replaced >= 0) {
    attributes.attach_flags |= BPF_F_REPLACE;
    attributes.replace_bpf_fd = (uint32_t)replaced;
  }
  return apus_bpf(BPF_PROG_ATTACH, &attributes);
}

int64_t apus_device_program_query(int32_t cgroup, uint32_t *ids, uint32_t count) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.query.target_fd = (uint32_t)cgroup;
  attributes.query.attach_type = BPF_CGROUP_DEVICE;
  attributes.query.prog_ids = (uintptr_t)ids;
  attributes.query.prog_cnt = count;
  int64_t result = apus_bpf(BPF_PROG_QUERY, &attributes);
  return result < 0 ? result : (int64_t)attributes.query.prog_cnt;
}

int64_t apus_device_program_open(uint32_t id) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_id = id;
  return apus_bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
}

int64_t apus_device_program_name(int32_t program, char *name) {
  struct bpf_prog_info info;
  union bpf_attr attributes;
  memset(&info, 0, sizeof info);
  memset(&attributes, 0, sizeof attributes);
  attributes.info.bpf_fd = (uint32_t)program;
  attributes.info.info_len = sizeof info;
  attributes.info.info = (uintptr_t)&info;
  int64_t result = apus_bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes);
  memcpy(name, info.name, APUS_PROGRAM_NAME_SIZE);
  name[APUS_PROGRAM_NAME_SIZE - 1] = 0;
  return result;
}
