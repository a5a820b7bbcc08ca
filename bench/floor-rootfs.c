// The floor's root filesystem: the mounts, devices and hidden paths of the default configuration.
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "floor.h"

struct entry {
  const char *kind, *target, *data;
  unsigned long flags;
};

static const struct entry mounts[] = {
  {"proc", "proc", NULL, 0},
  {"tmpfs", "dev", "mode=755,size=65536k", MS_NOSUID | MS_STRICTATIME},
  {"devpts", "dev/pts", "newinstance,ptmxmode=0666,mode=0620,gid=5", MS_NOSUID | MS_NOEXEC},
  {"tmpfs", "dev/shm", "mode=1777,size=65536k", MS_NOSUID | MS_NOEXEC | MS_NODEV},
  {"mqueue", "dev/mqueue", NULL, MS_NOSUID | MS_NOEXEC | MS_NODEV},
  {"sysfs", "sys", NULL, MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY},
};

static const struct {
  const char *path;
  unsigned major, minor;
} devices[] = {{"dev/null", 1, 3}, {"dev/zero", 1, 5},   {"dev/full", 1, 7},
               {"dev/tty", 5, 0},  {"dev/random", 1, 8}, {"dev/urandom", 1, 9}};

static const char *const links[][2] = {
  {"/proc/self/fd", "dev/fd"},       {"/proc/self/fd/0", "dev/stdin"}, {"/proc/self/fd/1", "dev/stdout"},
  {"/proc/self/fd/2", "dev/stderr"}, {"/proc/kcore", "dev/core"},      {"pts/ptmx", "dev/ptmx"},
};

static const char *const masked[] = {
  "proc/acpi",       "proc/asound",      "proc/kcore",       "proc/keys", "proc/latency_stats",
  "proc/timer_list", "proc/timer_stats", "proc/sched_debug", "proc/scsi", "sys/firmware",
};

static const char *const readonly[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void mount_all(void) {
  for (size_t i = 0; i < COUNT(mounts); i++) {
    const struct entry *entry = &mounts[i];
    if (i > 1 && i < 5) check(mkdir(entry->target, 0755), "mkdir", entry->target);
    check(mount(entry->kind, entry->target, entry->kind, entry->flags, entry->data), "mount", entry->target);
  }
}

static void make_devices(void) {
  mode_t before = umask(0);
  for (size_t i = 0; i < COUNT(devices); i++) {
    dev_t device = makedev(devices[i].major, devices[i].minor);
    check(mknod(devices[i].path, S_IFCHR | 0666, device), "mknod", devices[i].path);
  }
  for (size_t i = 0; i < COUNT(links); i++) check(symlink(links[i][0], links[i][1]), "symlink", links[i][1]);
  umask(before);
}

// Files are covered by the null device, directories by an empty tmpfs; what is absent needs no mask. A real runtime
// has to take the host's own device by descriptor; here nobody swaps anything.
static void mask_paths(void) {
  for (size_t i = 0; i < COUNT(masked); i++) {
    struct stat status;
    if (stat(masked[i], &status) < 0) continue;
    if (S_ISDIR(status.st_mode)) {
      check(mount("tmpfs", masked[i], "tmpfs", MS_RDONLY, ""), "mount", masked[i]);
    } else {
      check(mount("dev/null", masked[i], NULL, MS_BIND, NULL), "mount", masked[i]);
    }
  }
}

static void protect_paths(void) {
  for (size_t i = 0; i < COUNT(readonly); i++) {
    const char *path = readonly[i];
    if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0) {
      if (errno == ENOENT) continue;
      die("mount", path);
    }
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    check(mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | flags, NULL), "remount", path);
  }
}

void enter_rootfs(const struct cgroups *cgroups, const char *root) {
  check(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), "mount", "/");
  check(mount(root, root, NULL, MS_BIND | MS_REC, NULL), "mount", root);
  check(chdir(root), "chdir", root);
  mount_all();
  mount_cgroups(cgroups);
  make_devices();
  check(syscall(SYS_pivot_root, ".", "."), "pivot_root", "rootfs");
  check(umount2(".", MNT_DETACH), "umount2", "old root");
  check(chdir("/"), "chdir", "/");
  check(mount(NULL, "/", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), "remount", "/");
  protect_paths();
  mask_paths();
}
