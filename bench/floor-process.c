// The floor's process: the copy of itself, the clone, what it gives up, and the execve.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor.h"

// kill, net_bind_service, audit_write
static const uint32_t kept_capabilities = 1u << 5 | 1u << 10 | 1u << 29;

extern char **environ;

_Noreturn void die(const char *call, const char *subject) {
  fprintf(stderr, "floor: %s '%s': %s\n", call, subject, strerror(errno));
  _exit(125);
}

long check(long result, const char *call, const char *subject) {
  if (result < 0) die(call, subject);
  return result;
}

void protect_own_binary(char **arguments) {
  struct stat status;
  int own = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  check(own, "open", "/proc/self/exe");
  int seals = fcntl(own, F_GET_SEALS);
  int wanted = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (seals >= 0 && (seals & wanted) == wanted) {
    close(own);
    return;
  }
  int copy = memfd_create("floor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  check(copy, "memfd_create", "floor");
  check(fstat(own, &status), "fstat", "/proc/self/exe");
  check(sendfile(copy, own, NULL, (size_t)status.st_size), "sendfile", "floor");
  check(fcntl(copy, F_ADD_SEALS, wanted), "fcntl", "F_ADD_SEALS");
  syscall(SYS_execveat, copy, "", arguments, environ, AT_EMPTY_PATH);
  die("execveat", "floor");
}

pid_t clone_process(unsigned long long flags, int *pidfd, int cgroup) {
  struct clone_args arguments = {.flags = flags | CLONE_PIDFD, .pidfd = (uintptr_t)pidfd, .exit_signal = SIGCHLD};
  if (cgroup >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = (unsigned)cgroup;
  }
  return (pid_t)check(syscall(SYS_clone3, &arguments, sizeof arguments), "clone3", "init");
}

int wait_for(int pidfd) {
  siginfo_t info;
  check(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED), "waitid", "container");
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

unsigned long long start_time(pid_t pid) {
  char path[32], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  check(fd, "open", path);
  ssize_t length = check(read(fd, text, sizeof text - 1), "read", path);
  close(fd);
  text[length] = 0;
  // The name in parentheses may hold spaces; field 22 stands 19 spaces after the one behind it.
  char *field = strrchr(text, ')') + 1;
  for (int i = 0; i < 19; i++) field = strchr(field + 1, ' ');
  return strtoull(field, NULL, 10);
}

struct filter read_filter(const char *path) {
  struct filter filter = {NULL, 0};
  struct stat status;
  if (strcmp(path, "-") == 0) return filter;
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  check(fd, "open", path);
  check(fstat(fd, &status), "fstat", path);
  filter.size = (size_t)status.st_size;
  filter.instructions = mmap(NULL, filter.size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
  if (filter.instructions == MAP_FAILED) die("mmap", path);
  close(fd);
  return filter;
}

static void drop_capabilities(void) {
  for (int number = 0; number <= 40; number++) {
    if (number < 32 && kept_capabilities >> number & 1) continue;
    if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0 && errno != EINVAL) die("prctl", "PR_CAPBSET_DROP");
  }
  check(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl", "PR_SET_KEEPCAPS");
  check(syscall(SYS_setgroups, 0, NULL), "setgroups", "none");
  check(syscall(SYS_setresgid, 0, 0, 0), "setresgid", "0");
  check(syscall(SYS_setresuid, 0, 0, 0), "setresuid", "0");
  check(prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0), "prctl", "PR_SET_KEEPCAPS");
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{kept_capabilities, kept_capabilities, 0}, {0, 0, 0}};
  check(syscall(SYS_capset, &header, data), "capset", "kill, net_bind_service, audit_write");
  check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "prctl", "PR_CAP_AMBIENT_CLEAR_ALL");
}

void raise_loopback(void) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  check(fd, "socket", "AF_INET");
  check(ioctl(fd, SIOCSIFFLAGS, &request), "ioctl", "lo");
  close(fd);
}

void restrict_process(void) {
  struct rlimit files = {1024, 1024};
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
  check(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl", "PR_SET_DUMPABLE");
  check(setrlimit(RLIMIT_NOFILE, &files), "setrlimit", "RLIMIT_NOFILE");
  check(syscall(SYS_keyctl, 1, "floor"), "keyctl", "KEYCTL_JOIN_SESSION_KEYRING");
  drop_capabilities();
}

void execute(const struct filter *filter, char **command) {
  static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", home[] = "HOME=/root";
  static char *environment[] = {path, home, NULL};
  check(syscall(SYS_close_range, 3, ~0u, 1u << 2), "close_range", "3");
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl", "PR_SET_NO_NEW_PRIVS");
  if (filter->size) {
    struct sock_fprog program = {(unsigned short)(filter->size / sizeof(struct sock_filter)), filter->instructions};
    check(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp", "SECCOMP_SET_MODE_FILTER");
  }
  execve(command[0], command, environment);
  die("execve", command[0]);
}
