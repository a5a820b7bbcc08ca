// What the parts of the floor share: the smallest program that does the work of `run` and `exec` on this kernel.
#ifndef FLOOR_H
#define FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Prints the failed call with errno and ends the process; a measurement of half the work is worth nothing.
_Noreturn void die(const char *call, const char *subject);

// Returns the result, or dies when it is negative.
long check(long result, const char *call, const char *subject);

// A mounted cgroup hierarchy and the container's own directory in it.
struct hierarchy {
  char place[128];
  char options[128];
  bool unified;
  int directory;
  int tasks;
};

enum { hierarchy_limit = 24 };

struct cgroups {
  struct hierarchy list[hierarchy_limit];
  int count;
  // The directory in the v2 tree for CLONE_INTO_CGROUP, -1 without one.
  int unified;
};

// Reads the hierarchies of the host from /proc/self/mountinfo.
void find_cgroups(struct cgroups *cgroups);
// Makes the directories of a container and writes its limits.
void make_cgroups(struct cgroups *cgroups, const char *name);
// Opens the directories of a container that exists, for joining.
void open_cgroups(struct cgroups *cgroups, const char *name);
// The calling process joins by itself: no wait for an RCU grace period, as a foreign write to cgroup.procs has.
void join_cgroups(const struct cgroups *cgroups);
void remove_cgroups(const struct cgroups *cgroups, const char *name);
// Mounts each hierarchy read-only below sys/fs/cgroup of the working directory, seen from inside the cgroup namespace.
void mount_cgroups(const struct cgroups *cgroups);

// Mounts, devices, pivot_root, masked and read-only paths of the default configuration.
void enter_rootfs(const struct cgroups *cgroups, const char *root);

struct filter {
  void *instructions;
  size_t size;
};

// Reads a compiled seccomp program; `-` stands for none.
struct filter read_filter(const char *path);
// Takes the loopback interface of the network namespace up.
void raise_loopback(void);
// Signals, limits, keyring, capabilities, user.
void restrict_process(void);
// Closes what was inherited, sets no_new_privs, loads the filter and executes; does not return.
_Noreturn void execute(const struct filter *filter, char **command);

// Runs the rest of the program from a sealed copy of itself (CVE-2019-5736).
void protect_own_binary(char **arguments);
// clone3(2) with a pidfd, into a v2 cgroup when `cgroup` is not -1; 0 in the child.
pid_t clone_process(unsigned long long flags, int *pidfd, int cgroup);
// Waits and returns the exit code as a shell would.
int wait_for(int pidfd);
// The start time of a process, field 22 of /proc/PID/stat.
unsigned long long start_time(pid_t pid);

#endif
