// The floor's cgroups: every mounted v1 hierarchy, and the v2 tree of a hybrid host.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "floor.h"

static void write_value(int directory, const char *file, const char *value) {
  int fd = openat(directory, file, O_WRONLY | O_CLOEXEC);
  check(fd, "openat", file);
  check(write(fd, value, strlen(value)), "write", file);
  close(fd);
}

static char *read_all(const char *path, char *buffer, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  size_t length = 0;
  ssize_t count;
  check(fd, "open", path);
  while ((count = read(fd, buffer + length, size - 1 - length)) > 0) length += (size_t)count;
  close(fd);
  buffer[length] = 0;
  return buffer;
}

// A v1 hierarchy is named by its own mount options, those after the comma-separated general ones.
static void add_hierarchy(struct cgroups *cgroups, char *line) {
  char place[128], kind[32], options[128];
  char *dash = strstr(line, " - ");
  if (!dash || sscanf(line, "%*s %*s %*s %*s %127s", place) != 1) return;
  if (sscanf(dash, " - %31s %*s %127s", kind, options) != 2 || strncmp(kind, "cgroup", 6) != 0) return;
  if (cgroups->count == hierarchy_limit) return;
  struct hierarchy *hierarchy = &cgroups->list[cgroups->count++];
  snprintf(hierarchy->place, sizeof hierarchy->place, "%s", place);
  const char *own = strncmp(options, "rw,", 3) == 0 ? options + 3 : options;
  snprintf(hierarchy->options, sizeof hierarchy->options, "%s", own);
  hierarchy->unified = strcmp(kind, "cgroup2") == 0;
  hierarchy->tasks = -1;
}

void find_cgroups(struct cgroups *cgroups) {
  static char text[65536];
  char *rest = read_all("/proc/self/mountinfo", text, sizeof text);
  char *line;
  cgroups->count = 0;
  cgroups->unified = -1;
  while ((line = strsep(&rest, "\n"))) add_hierarchy(cgroups, line);
}

static void set_devices(int directory) {
  static const char *const allowed[] = {"c *:* m",    "b *:* m",    "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",
                                        "c 1:8 rwm",  "c 1:9 rwm",  "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm"};
  write_value(directory, "devices.deny", "a");
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) write_value(directory, "devices.allow", allowed[i]);
}

// A cpuset starts without processors and memory nodes, and nobody can join it like that.
static void set_cpuset(const struct hierarchy *hierarchy) {
  static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};
  for (int i = 0; i < 2; i++) {
    char path[192], value[512];
    snprintf(path, sizeof path, "%s/%s", hierarchy->place, files[i]);
    write_value(hierarchy->directory, files[i], read_all(path, value, sizeof value));
  }
}

static void open_hierarchy(struct cgroups *cgroups, struct hierarchy *hierarchy, const char *name, bool make) {
  char path[256];
  snprintf(path, sizeof path, "%s/floor-%s", hierarchy->place, name);
  if (make) check(mkdir(path, 0755), "mkdir", path);
  hierarchy->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  check(hierarchy->directory, "open", path);
  if (hierarchy->unified) {
    cgroups->unified = hierarchy->directory;
  } else {
    hierarchy->tasks = openat(hierarchy->directory, "tasks", O_WRONLY | O_CLOEXEC);
    check(hierarchy->tasks, "openat", path);
  }
}

void make_cgroups(struct cgroups *cgroups, const char *name) {
  const char *memory = getenv("FLOOR_MEMORY");
  for (int i = 0; i < cgroups->count; i++) {
    struct hierarchy *hierarchy = &cgroups->list[i];
    open_hierarchy(cgroups, hierarchy, name, true);
    if (hierarchy->unified) continue;
    if (strstr(hierarchy->options, "memory"))
      write_value(hierarchy->directory, "memory.limit_in_bytes", memory ? memory : "67108864");
    if (strstr(hierarchy->options, "pids")) write_value(hierarchy->directory, "pids.max", "64");
    if (strstr(hierarchy->options, "devices")) set_devices(hierarchy->directory);
    if (strstr(hierarchy->options, "cpuset")) set_cpuset(hierarchy);
  }
}

void open_cgroups(struct cgroups *cgroups, const char *name) {
  for (int i = 0; i < cgroups->count; i++) open_hierarchy(cgroups, &cgroups->list[i], name, false);
}

void join_cgroups(const struct cgroups *cgroups) {
  for (int i = 0; i < cgroups->count; i++) {
    const struct hierarchy *hierarchy = &cgroups->list[i];
    if (hierarchy->tasks >= 0) check(write(hierarchy->tasks, "0", 1), "write tasks", hierarchy->place);
  }
}

void remove_cgroups(const struct cgroups *cgroups, const char *name) {
  for (int i = 0; i < cgroups->count; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/floor-%s", cgroups->list[i].place, name);
    if (rmdir(path) < 0 && errno != ENOENT) die("rmdir", path);
  }
}

void mount_cgroups(const struct cgroups *cgroups) {
  unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RELATIME;
  check(mount("tmpfs", "sys/fs/cgroup", "tmpfs", flags & ~MS_RELATIME, "mode=755"), "mount", "sys/fs/cgroup");
  for (int i = 0; i < cgroups->count; i++) {
    const struct hierarchy *hierarchy = &cgroups->list[i];
    char target[192];
    if (hierarchy->unified) continue;
    snprintf(target, sizeof target, "sys/fs/cgroup/%s", strrchr(hierarchy->place, '/') + 1);
    check(mkdir(target, 0755), "mkdir", target);
    check(mount("cgroup", target, "cgroup", flags | MS_RDONLY, hierarchy->options), "mount", target);
  }
  check(mount(NULL, "sys/fs/cgroup", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL), "remount", "sys/fs/cgroup");
}
