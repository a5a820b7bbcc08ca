// Processes, namespaces, signals, limits.
#ifndef APUS_CSHIMS_PROCESSES_H
#define APUS_CSHIMS_PROCESSES_H

#include <stddef.h>
#include <stdint.h>

// How a child ended: waitid(2)'s code and status.
struct apus_exit {
  int32_t pid;
  int32_t code;
  int32_t status;
};

struct apus_poll {
  int32_t fd;
  int16_t events;
  int16_t returned;
};

int64_t apus_clone3(uint64_t flags, int32_t *_Nonnull pidfd, int32_t cgroup);
int64_t apus_waitid(int32_t kind, int32_t id, struct apus_exit *_Nonnull exit, int32_t options);
int64_t apus_pidfd_open(int32_t pid, uint32_t flags);
int64_t apus_pidfd_send_signal(int32_t pidfd, int32_t signal);
int64_t apus_pidfd_getfd(int32_t pidfd, int32_t number);
int64_t apus_kill(int32_t pid, int32_t signal);
int64_t apus_setns(int32_t fd, int32_t kinds);
int64_t apus_unshare(uint64_t flags);
int64_t apus_setsid(void);
int64_t apus_getpid(void);
int64_t apus_getppid(void);
int64_t apus_execve(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments,
                    char *_Nullable const *_Nonnull environment);
int64_t apus_execveat(int32_t fd, const char *_Nonnull path, char *_Nullable const *_Nonnull arguments,
                      char *_Nullable const *_Nonnull environment, int32_t flags);
_Noreturn void apus_exit_now(int32_t code);
char *_Nullable *_Nonnull apus_environment(void);
int64_t apus_default_signals(void);
int64_t apus_signal_mask(int32_t how, uint64_t mask);
int64_t apus_signalfd(uint64_t mask, int32_t flags);
int64_t apus_poll(struct apus_poll *_Nonnull entries, size_t count, int32_t timeout_milliseconds);
int64_t apus_sethostname(const char *_Nonnull name, size_t size);
int64_t apus_setdomainname(const char *_Nonnull name, size_t size);
int64_t apus_prlimit(int32_t pid, int32_t resource, uint64_t soft, uint64_t hard);
int64_t apus_release(char *_Nonnull buffer, size_t size);
int64_t apus_personality(uint64_t persona);
int64_t apus_bring_up_loopback(void);

#endif
