// Programs that a v2 cgroup asks about the use of devices (bpf(2)).
#ifndef APUS_CSHIMS_DEVICES_H
#define APUS_CSHIMS_DEVICES_H

#include <stddef.h>
#include <stdint.h>

// Bytes of a program's name, the end of the text among them.
#define APUS_PROGRAM_NAME_SIZE 16

int64_t apus_device_program_load(
    const uint64_t *_Nonnull instructions, uint32_t count, const char *_Nonnull name);
// `replaced` is the program whose place it takes, or -1.
int64_t apus_device_program_attach(int32_t cgroup, int32_t program, int32_t replaced);
// The ids of the programs of this cgroup alone; returns how many there are.
int64_t apus_device_program_query(int32_t cgroup, uint32_t *_Nonnull ids, uint32_t count);
int64_t apus_device_program_open(uint32_t id);
int64_t apus_device_program_name(int32_t program, char *_Nonnull name);

#endif
