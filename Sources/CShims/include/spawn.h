// Starting another program from a process that has threads.
#ifndef APUS_CSHIMS_SPAWN_H
#define APUS_CSHIMS_SPAWN_H

#include <stddef.h>
#include <stdint.h>

enum apus_spawn_step {
  APUS_SPAWN_CLONE = 0,
  APUS_SPAWN_CGROUP = 1,
  APUS_SPAWN_SESSION = 2,
  APUS_SPAWN_DIRECTORY = 3,
  APUS_SPAWN_DESCRIPTORS = 4,
  APUS_SPAWN_CLOSE = 5,
  APUS_SPAWN_EXECUTE = 6,
  APUS_SPAWN_DEATH_SIGNAL = 7,
};

struct apus_spawn {
  const char *_Nonnull path;
  char *_Nullable const *_Nonnull arguments;
  char *_Nullable const *_Nonnull environment;
  // The working directory; null for the caller's.
  const char *_Nullable directory;
  // sources[n] becomes descriptor n of the program; one below 0 stays closed. The child writes into it.
  int32_t *_Nonnull sources;
  // Open `tasks` files of version 1 cgroups to be joined.
  const int32_t *_Nullable tasks;
  uint32_t source_count;
  uint32_t task_count;
  // An open directory of the version 2 tree to be born in, or -1.
  int32_t cgroup;
  // Whether it begins a session of its own.
  uint32_t leads_session;
  // Out: a pidfd; the step that failed, as in apus_spawn_step.
  int32_t pidfd;
  int32_t failed_step;
  // Sent to the program when the calling thread ends (PR_SET_PDEATHSIG); 0 for none.
  uint64_t death_signal;
  // Out: the error of a step of the child, 0 when the program runs.
  int64_t child_error;
};

// Returns the process id, or -errno of the step that failed; a child that failed is reaped by then.
int64_t apus_spawn_program(struct apus_spawn *_Nonnull request);

#endif
