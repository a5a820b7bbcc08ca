// The probe of the privileged tests: what no shell can do, as commands of one static program.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int serve_filters(const char *path, int error);
int notify(const char *text);

static volatile sig_atomic_t ended;

static void end(int signal) {
  (void)signal;
  ended = 1;
}

// Seconds of the monotonic clock.
static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

// fds [FILE]: a line `NUMBER TARGET` for each open descriptor, to standard output or a file.
static int list_descriptors(const char *file) {
  DIR *folder = opendir("/proc/self/fd");
  if (!folder) return perror("opendir"), 1;
  char text[65536] = "";
  size_t used = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    int number = atoi(entry->d_name);
    char path[64], target[4096];
    if (entry->d_name[0] == '.' || number == dirfd(folder)) continue;
    snprintf(path, sizeof path, "/proc/self/fd/%d", number);
    ssize_t size = readlink(path, target, sizeof target - 1);
    target[size < 0 ? 0 : size] = 0;
    if (used < sizeof text - sizeof target) used += (size_t)sprintf(text + used, "%d %s\n", number, target);
  }
  closedir(folder);
  FILE *to = file ? fopen(file, "w") : stdout;
  if (!to) return perror(file), 1;
  fputs(text, to);
  return fclose(to) == 0 ? 0 : 1;
}

// read FILE: prints the file.
static int print_file(const char *path) {
  char text[4096];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return perror(path), 1;
  ssize_t size = read(fd, text, sizeof text);
  if (size < 0) return perror(path), 1;
  return write(1, text, (size_t)size) == size ? 0 : 1;
}

// exchange A B: swaps two names as fast as it can until SIGTERM or for `limit` seconds, then prints how often it did.
static int exchange(const char *a, const char *b, double limit) {
  unsigned long count = 0;
  for (double begin = now(); !ended && ((count & 1023) || now() - begin < limit);) {
    if (syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2 /* RENAME_EXCHANGE */) == 0) count++;
    else if (errno != ENOENT && errno != EBUSY) return perror("renameat2"), 1;
    else if (now() - begin >= limit) break;
  }
  printf("%lu\n", count);
  return 0;
}

#define CAUGHT 256

struct hunt {
  int fds[CAUGHT];
  ino_t inodes[CAUGHT];
  size_t caught;
  unsigned long seen, opened, written;
  struct stat own[2];
};

// Tries to write to a program file that was caught; it is busy until its process ends.
static void strike(struct hunt *hunt, size_t at) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", hunt->fds[at]);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  hunt->opened++;
  if (pwrite(fd, "#!", 2, 0) == 2) hunt->written++;
  close(fd);
}

static int is_same(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static void look_at(struct hunt *hunt, const char *pid) {
  char path[300];
  struct stat status;
  snprintf(path, sizeof path, "/proc/%s/exe", pid);
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return;
  // The programs of the container's own root are no prey.
  if (fstat(fd, &status) < 0 || is_same(&status, &hunt->own[0]) || is_same(&status, &hunt->own[1])) {
    close(fd);
    return;
  }
  hunt->seen++;
  for (size_t i = 0; i < hunt->caught; i++) {
    if (hunt->inodes[i] == status.st_ino) {
      close(fd);
      return;
    }
  }
  if (hunt->caught == CAUGHT) {
    close(fd);
    return;
  }
  hunt->inodes[hunt->caught] = status.st_ino;
  hunt->fds[hunt->caught++] = fd;
}

// hunt: opens the program of every process that is not of this root and tries to overwrite it (CVE-2019-5736).
// Prints how often one was seen, how many there were, how often it was opened for writing and written.
static int hunt_programs(double limit) {
  static struct hunt hunt;
  if (stat("/probe", &hunt.own[0]) < 0 || stat("/bin/busybox", &hunt.own[1]) < 0) return perror("stat"), 1;
  for (double begin = now(); !ended && now() - begin < limit;) {
    DIR *folder = opendir("/proc");
    if (!folder) return perror("opendir"), 1;
    for (struct dirent *entry; (entry = readdir(folder));)
      if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') look_at(&hunt, entry->d_name);
    closedir(folder);
    for (size_t i = 0; i < hunt.caught; i++) strike(&hunt, i);
  }
  printf("seen %lu caught %zu opened %lu written %lu\n", hunt.seen, hunt.caught, hunt.opened, hunt.written);
  return 0;
}

// signals: the names of ignored, blocked and caught signals do not matter, each must be empty; prints the three masks.
static int show_signals(void) {
  FILE *file = fopen("/proc/self/status", "r");
  char line[256];
  if (!file) return perror("fopen"), 1;
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, "SigBlk", 6) || !strncmp(line, "SigIgn", 6) || !strncmp(line, "SigCgt", 6)) fputs(line, stdout);
  return fclose(file);
}

// wait-signal: prints `ready`, waits for any signal that can be waited for, prints its number.
static int await_signal(void) {
  sigset_t all;
  int number;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  puts("ready");
  fflush(stdout);
  for (;;) {
    if (sigwait(&all, &number) != 0) return 1;
    printf("%d\n", number);
    fflush(stdout);
    if (number == SIGRTMAX) return 0;
  }
}

// eat MEGABYTES: touches that much memory.
static int eat(size_t megabytes) {
  for (size_t i = 0; i < megabytes; i++) {
    char *block = malloc(1 << 20);
    if (!block) return 2;
    memset(block, (int)i | 1, 1 << 20);
  }
  puts("eaten");
  return 0;
}

// spawn COUNT: starts sleeping children up to COUNT, prints how many there are, and stays.
static int spawn(int count) {
  int made = 0;
  while (made < count) {
    pid_t pid = fork();
    if (pid == 0) {
      pause();
      _exit(0);
    }
    if (pid < 0) break;
    made++;
  }
  printf("%d\n", made);
  fflush(stdout);
  while (!ended) pause();
  return 0;
}

int main(int count, char **words) {
  const char *verb = count > 1 ? words[1] : "";
  double limit = count > 2 ? atof(words[count - 1]) : 0;
  if (!strcmp(verb, "nothing")) return 0;
  signal(SIGTERM, end);
  if (!strcmp(verb, "fds")) return list_descriptors(count > 2 ? words[2] : NULL);
  if (!strcmp(verb, "read") && count == 3) return print_file(words[2]);
  if (!strcmp(verb, "exchange") && count == 5) return exchange(words[2], words[3], limit);
  if (!strcmp(verb, "hunt") && count == 3) return hunt_programs(limit);
  if (!strcmp(verb, "signals")) return show_signals();
  if (!strcmp(verb, "wait-signal")) return await_signal();
  if (!strcmp(verb, "eat") && count == 3) return eat((size_t)limit);
  if (!strcmp(verb, "spawn") && count == 3) return spawn((int)limit);
  if (!strcmp(verb, "notify") && count == 3) return notify(words[2]);
  if (!strcmp(verb, "agent") && count == 4) return serve_filters(words[2], atoi(words[3]));
  fputs("usage: probe nothing | fds [FILE] | read FILE | exchange A B SECONDS | hunt SECONDS | signals | wait-signal\n"
        "             | eat MB | spawn N | agent SOCKET ERRNO | notify TEXT\n",
        stderr);
  return 64;
}
