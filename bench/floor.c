// The floor: the least that `run` and `exec` of a container cost on a host, as a hand-written C program.
//
//   floor run STATE-ROOT ID ROOTFS FILTER|- COMMAND...
//   floor exec STATE-ROOT ID FILTER|- COMMAND...
//   floor peak COMMAND...                                 prints the peak resident set of COMMAND in KB
//   floor nothing                                         ends at once
//
// It does what the configuration in config.json asks for, with every name known beforehand: no JSON, no choices.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor.h"

static const unsigned long long new_namespaces =
  CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS;

struct container {
  struct cgroups cgroups;
  struct filter filter;
  const char *id;
  const char *root;
  int state;
  int sync[2];
};

static void write_state(int directory, const char *id, const char *status, pid_t pid) {
  char text[512];
  unsigned long long started = pid ? start_time(pid) : 0;
  int length = snprintf(
    text, sizeof text,
    "{\"ociVersion\":\"1.3.0\",\"id\":\"%s\",\"status\":\"%s\",\"pid\":%d,\"start\":%llu,\"cgroup\":\"/floor-%s\"}\n",
    id, status, pid, started, id);
  int fd = openat(directory, "state.new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  check(fd, "openat", "state.new");
  check(write(fd, text, (size_t)length), "write", "state.new");
  close(fd);
  check(renameat(directory, "state.new", directory, "state.json"), "renameat", "state.json");
}

static int open_state(const char *root, const char *id, bool make) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", root, id);
  if (make) {
    mkdir(root, 0700);
    check(mkdir(path, 0711), "mkdir", path);
  }
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  check(fd, "open", path);
  check(flock(fd, LOCK_EX), "flock", path);
  return fd;
}

static void remove_state(const char *root, const char *id, int directory) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", root, id);
  check(unlinkat(directory, "state.json", 0), "unlinkat", "state.json");
  check(rmdir(path), "rmdir", path);
}

// In the container's namespaces from the start; still in the parent's cgroups, mounts and root.
_Noreturn static void be_init(const struct container *container, char **command) {
  char byte = 0;
  check(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "prctl", "PR_SET_PDEATHSIG");
  join_cgroups(&container->cgroups);
  check(unshare(CLONE_NEWCGROUP), "unshare", "CLONE_NEWCGROUP");
  setsid();
  check(sethostname("bench", 5), "sethostname", "bench");
  enter_rootfs(&container->cgroups, container->root);
  raise_loopback();
  restrict_process();
  check(access(command[0], X_OK), "access", command[0]);
  check(write(container->sync[1], &byte, 1), "write", "sync");
  if (check(read(container->sync[1], &byte, 1), "read", "sync") != 1) _exit(1);
  check(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0), "prctl", "PR_SET_PDEATHSIG");
  execute(&container->filter, command);
}

static int run(char **arguments) {
  static struct container container;
  int pidfd = -1;
  char byte = 0;
  container.id = arguments[1];
  container.state = open_state(arguments[0], container.id, true);
  write_state(container.state, container.id, "creating", 0);
  container.root = arguments[2];
  container.filter = read_filter(arguments[3]);
  find_cgroups(&container.cgroups);
  make_cgroups(&container.cgroups, container.id);
  check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, container.sync), "socketpair", "sync");

  pid_t pid = clone_process(new_namespaces, &pidfd, container.cgroups.unified);
  if (pid == 0) be_init(&container, arguments + 4);
  write_state(container.state, container.id, "creating", pid);
  close(container.sync[1]);
  if (check(read(container.sync[0], &byte, 1), "read", "sync") != 1) die("read", "sync");
  write_state(container.state, container.id, "created", pid);
  flock(container.state, LOCK_UN);
  check(write(container.sync[0], &byte, 1), "write", "sync");

  int code = wait_for(pidfd);
  remove_cgroups(&container.cgroups, container.id);
  remove_state(arguments[0], container.id, container.state);
  return code;
}

static pid_t read_pid(int directory) {
  char text[512] = "";
  unsigned long long started = 0;
  int pid = 0;
  int fd = openat(directory, "state.json", O_RDONLY | O_CLOEXEC);
  check(fd, "openat", "state.json");
  check(read(fd, text, sizeof text - 1), "read", "state.json");
  close(fd);
  sscanf(strstr(text, "\"pid\":"), "\"pid\":%d,\"start\":%llu", &pid, &started);
  if (start_time(pid) != started) die("start time", "state.json");
  return pid;
}

// In the container's PID namespace and v2 cgroup; everything else is still the host's.
_Noreturn static void be_command(const struct container *container, int init, char **command) {
  int namespaces = (int)new_namespaces & ~CLONE_NEWPID;
  check(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "prctl", "PR_SET_PDEATHSIG");
  join_cgroups(&container->cgroups);
  check(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl", "PR_SET_DUMPABLE");
  check(setns(init, namespaces | CLONE_NEWCGROUP), "setns", "container");
  setsid();
  check(chdir("/"), "chdir", "/");
  restrict_process();
  check(access(command[0], X_OK), "access", command[0]);
  execute(&container->filter, command);
}

static int execute_in(char **arguments) {
  static struct container container;
  int pidfd = -1;
  container.id = arguments[1];
  container.state = open_state(arguments[0], container.id, false);
  pid_t pid = read_pid(container.state);
  int init = (int)check(syscall(SYS_pidfd_open, pid, 0), "pidfd_open", "container");
  container.filter = read_filter(arguments[2]);
  find_cgroups(&container.cgroups);
  open_cgroups(&container.cgroups, container.id);
  flock(container.state, LOCK_UN);
  check(setns(init, CLONE_NEWPID), "setns", "CLONE_NEWPID");
  if (clone_process(0, &pidfd, container.cgroups.unified) == 0) be_command(&container, init, arguments + 3);
  return wait_for(pidfd);
}

// From here and not from a script: the peak of a child begins with that of the process that forked it.
static int peak(char **command) {
  struct rusage usage;
  int status = 0;
  pid_t pid = fork();
  if (pid == 0) {
    execvp(command[0], command);
    die("execvp", command[0]);
  }
  check(wait4(pid, &status, 0, &usage), "wait4", command[0]);
  printf("%ld\n", usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "nothing") == 0) return 0;
  if (count > 2 && strcmp(arguments[1], "peak") == 0) return peak(arguments + 2);
  if (count > 6 && strcmp(arguments[1], "run") == 0) {
    protect_own_binary(arguments);
    return run(arguments + 2);
  }
  if (count > 5 && strcmp(arguments[1], "exec") == 0) {
    protect_own_binary(arguments);
    return execute_in(arguments + 2);
  }
  fputs("usage: floor run STATE-ROOT ID ROOTFS FILTER|- COMMAND... | exec ... | peak COMMAND...\n", stderr);
  return 2;
}
