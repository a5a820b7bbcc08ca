// Starting another program from a process that has threads: the child shares the memory of its parent, whose thread
// waits until the program runs (CLONE_VM and CLONE_VFORK), so however big the parent is, nothing is copied. Until
// execve(2) the child does nothing but system calls and writes to the request.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CShims.h"
#include "clone_args.h"
#include "kernel_call.h"
#include "result.h"

_Static_assert(sizeof(struct apus_spawn) == 88, "struct apus_spawn as Swift sees it");

enum { SIGNALS = 64, MASK_SIZE = 8 };

#define CALL(number, ...) kernel_call(number, (long[6]){__VA_ARGS__})

// The request is in the memory of the parent too, which reads what is noted here.
static _Noreturn void fail(struct apus_spawn *request, enum apus_spawn_step step, long result) {
  request->failed_step = step;
  request->child_error = result;
  for (;;) CALL(__NR_exit_group, 127);
}

// Handlers point into memory that is not the child's alone, and what is ignored would stay so in the program.
static void reset_signals(void) {
  struct {
    void *handler;
    unsigned long flags;
    void *restorer;
    uint64_t mask;
  } action;
  memset(&action, 0, sizeof action);
  for (int number = 1; number <= SIGNALS; number++) CALL(__NR_rt_sigaction, number, (long)&action, 0, MASK_SIZE);
}

// Through copies above every target: a target may be the number of a source that is still needed.
static void place_descriptors(struct apus_spawn *request) {
  int32_t *sources = request->sources;
  long count = request->source_count;
  for (long number = 0; number < count; number++) {
    if (sources[number] < 0) continue;
    long copy = CALL(__NR_fcntl, sources[number], F_DUPFD_CLOEXEC, count);
    if (copy < 0) fail(request, APUS_SPAWN_DESCRIPTORS, copy);
    sources[number] = (int32_t)copy;
  }
  for (long number = 0; number < count; number++) {
    if (sources[number] < 0) {
      CALL(__NR_close, number);
      continue;
    }
    long result = CALL(__NR_dup3, sources[number], number, 0);
    if (result < 0) fail(request, APUS_SPAWN_DESCRIPTORS, result);
  }
  long result = CALL(__NR_close_range, count, ~0u, 0);
  if (result < 0) fail(request, APUS_SPAWN_CLOSE, result);
}

// In the child: every signal is blocked until there are no handlers any more.
static __attribute__((noinline)) _Noreturn void become_program(struct apus_spawn *request, long parent) {
  reset_signals();
  if (request->death_signal != 0) {
    long result = CALL(__NR_prctl, PR_SET_PDEATHSIG, (long)request->death_signal, 0, 0, 0);
    if (result < 0) fail(request, APUS_SPAWN_DEATH_SIGNAL, result);
    // One that is gone already sends none.
    if (CALL(__NR_getppid, 0) != parent) CALL(__NR_exit_group, 127);
  }
  for (uint32_t i = 0; i < request->task_count; i++) {
    long result = CALL(__NR_write, request->tasks[i], (long)"0", 1);
    if (result < 0) fail(request, APUS_SPAWN_CGROUP, result);
  }
  if (request->leads_session) {
    long result = CALL(__NR_setsid, 0);
    if (result < 0) fail(request, APUS_SPAWN_SESSION, result);
  }
  if (request->directory != NULL) {
    long result = CALL(__NR_chdir, (long)request->directory);
    if (result < 0) fail(request, APUS_SPAWN_DIRECTORY, result);
  }
  place_descriptors(request);
  uint64_t none = 0;
  CALL(__NR_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, MASK_SIZE);
  fail(request, APUS_SPAWN_EXECUTE,
       CALL(__NR_execve, (long)request->path, (long)request->arguments, (long)request->environment));
}

// Both sides return from clone3 into this frame, the child first: it calls one function that never returns, and the
// parent finds its frame as it was. A library's function would come back over a return address that is overwritten.
static __attribute__((noinline)) long clone_and_wait(struct apus_spawn *request, struct kernel_clone_args *args) {
  long parent = CALL(__NR_getpid, 0);
  long pid = CALL(__NR_clone3, (long)args, sizeof *args);
  if (pid == 0) become_program(request, parent);
  return pid;
}

int64_t apus_spawn_program(struct apus_spawn *request) {
  struct kernel_clone_args args = {
      .flags = APUS_CLONE_VM | APUS_CLONE_VFORK | APUS_CLONE_PIDFD,
      .pidfd = (uint64_t)(uintptr_t)&request->pidfd,
      .exit_signal = SIGCHLD};
  if (request->cgroup >= 0) {
    args.flags |= APUS_CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)request->cgroup;
  }
  request->failed_step = APUS_SPAWN_CLONE;
  request->child_error = 0;
  uint64_t all = ~0ull, old = 0;
  CALL(__NR_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)&old, MASK_SIZE);
  long pid = clone_and_wait(request, &args);
  CALL(__NR_rt_sigprocmask, SIG_SETMASK, (long)&old, 0, MASK_SIZE);
  if (pid < 0 || request->child_error == 0) return pid;
  siginfo_t ended;
  (void)apus_result(waitid((idtype_t)3 /* P_PIDFD */, (id_t)request->pidfd, &ended, WEXITED));
  close(request->pidfd);
  return request->child_error;
}
