// Processes, namespaces, signals and limits: one call each.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CShims.h"
#include "clone_args.h"
#include "result.h"

_Static_assert(sizeof(struct apus_poll) == sizeof(struct pollfd), "struct pollfd");

extern char **environ;

int64_t apus_clone3(uint64_t flags, int32_t *pidfd, int32_t cgroup) {
  struct kernel_clone_args args = {
      .flags = flags | APUS_CLONE_PIDFD, .pidfd = (uint64_t)(uintptr_t)pidfd, .exit_signal = SIGCHLD};
  /* A sibling takes the signal of its maker; clone3 refuses one that is given (kernel 5.3). */
  if (flags & APUS_CLONE_PARENT) args.exit_signal = 0;
  if (cgroup >= 0) {
    args.flags |= APUS_CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)cgroup;
  }
  return apus_result(syscall(__NR_clone3, &args, sizeof args));
}

int64_t apus_waitid(int32_t kind, int32_t id, struct apus_exit *out, int32_t options) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int64_t result = apus_result(waitid((idtype_t)kind, (id_t)id, &info, options));
  out->pid = info.si_pid;
  out->code = info.si_code;
  out->status = info.si_status;
  return result;
}

int64_t apus_pidfd_open(int32_t pid, uint32_t flags) { return apus_result(syscall(__NR_pidfd_open, pid, flags)); }

int64_t apus_pidfd_send_signal(int32_t pidfd, int32_t signal) {
  return apus_result(syscall(__NR_pidfd_send_signal, pidfd, signal, NULL, 0));
}

int64_t apus_pidfd_getfd(int32_t pidfd, int32_t number) {
  return apus_result(syscall(__NR_pidfd_getfd, pidfd, number, 0));
}

int64_t apus_kill(int32_t pid, int32_t signal) { return apus_result(kill(pid, signal)); }

int64_t apus_setns(int32_t fd, int32_t kinds) { return apus_result(syscall(__NR_setns, fd, kinds)); }

int64_t apus_unshare(uint64_t flags) { return apus_result(syscall(__NR_unshare, flags)); }

int64_t apus_setsid(void) { return apus_result(setsid()); }

// By number: after a clone the libc's cached value would be the parent's.
int64_t apus_getpid(void) { return apus_result(syscall(__NR_getpid)); }

int64_t apus_getppid(void) { return apus_result(syscall(__NR_getppid)); }

int64_t apus_execve(const char *path, char *const *arguments, char *const *environment) {
  return apus_result(syscall(__NR_execve, path, arguments, environment));
}

int64_t apus_execveat(int32_t fd, const char *path, char *const *arguments, char *const *environment, int32_t flags) {
  return apus_result(syscall(__NR_execveat, fd, path, arguments, environment, flags));
}

void apus_exit_now(int32_t code) { _exit(code); }

char **apus_environment(void) { return environ; }

// The kernel's own call for every number: libc refuses the two that it keeps for itself, and they may be ignored too.
int64_t apus_default_signals(void) {
  struct {
    void *handler;
    unsigned long flags;
    void *restorer;
    uint64_t mask;
  } action = {0};
  for (int number = 1; number <= 64; number++) syscall(__NR_rt_sigaction, number, &action, NULL, sizeof action.mask);
  return 0;
}

int64_t apus_signal_mask(int32_t how, uint64_t mask) {
  return apus_result(syscall(__NR_rt_sigprocmask, how, &mask, NULL, sizeof mask));
}

int64_t apus_signalfd(uint64_t mask, int32_t flags) {
  return apus_result(syscall(__NR_signalfd4, -1, &mask, sizeof mask, flags));
}

int64_t apus_poll(struct apus_poll *entries, size_t count, int32_t timeout_milliseconds) {
  return apus_result(poll((struct pollfd *)entries, count, timeout_milliseconds));
}

int64_t apus_sethostname(const char *name, size_t size) { return apus_result(sethostname(name, size)); }

int64_t apus_setdomainname(const char *name, size_t size) { return apus_result(setdomainname(name, size)); }

int64_t apus_prlimit(int32_t pid, int32_t resource, uint64_t soft, uint64_t hard) {
  uint64_t limit[2] = {soft, hard};
  return apus_result(syscall(__NR_prlimit64, pid, resource, limit, NULL));
}

int64_t apus_release(char *buffer, size_t size) {
  struct utsname name;
  int64_t result = apus_result(uname(&name));
  if (result < 0) return result;
  strncpy(buffer, name.release, size - 1);
  buffer[size - 1] = 0;
  return (int64_t)strlen(buffer);
}

int64_t apus_personality(uint64_t persona) { return apus_result(syscall(__NR_personality, persona)); }

int64_t apus_bring_up_loopback(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -(int64_t)errno;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int64_t result = apus_result(ioctl(fd, SIOCSIFFLAGS, &request));
  close(fd);
  return result;
}
