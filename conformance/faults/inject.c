// Runs a program under ptrace(2) and makes one system call of one process fail, or kills the process there.
//
//   inject REPORT SECONDS POINT [PID...] -- PROGRAM [ARGUMENT...]
//
// POINT is `-` for none, or PROCESS:CALL:FAULT. Processes are numbered as they come up: 0 is the program, then those
// named as PIDs, which are attached to, then the children. The calls of each are counted from 1, those of the program
// from its execve(2) on. FAULT is `kill` or the number of an error. A child that executes another program is let go:
// what it does from there on is not the doing of PROGRAM.
//
// strace(1) counts by name in every process at once, so its nth call is the nth of the parent and of the child.
//
// REPORT gets a line `call PROCESS CALL NUMBER` for each call, `hit NUMBER` for the fault, `crash PROCESS SIGNAL`, and
// one of `exit CODE`, `signal NUMBER`, `hang PROCESS NUMBER...` (each process with the call that it is in) at the end
// of the program.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 64, NOBODY = -1 };

struct tracee {
  pid_t pid;
  int is_alive, is_counted, is_failing;
  long calls, number;
};

static struct tracee tracees[MOST];
static int count, program_status;
static FILE *report;
static int point_process = NOBODY, point_error;
static long point_call;
static volatile sig_atomic_t is_late;

static const long options =
    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;

static void fail(const char *what) {
  fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
  exit(125);
}

static void be_late(int signal) { is_late = signal; }

static struct tracee *find(pid_t pid) {
  for (int i = 0; i < count; i++)
    if (tracees[i].pid == pid && tracees[i].is_alive) return &tracees[i];
  if (count == MOST) {
    errno = E2BIG;
    fail("too many processes");
  }
  tracees[count] = (struct tracee){.pid = pid, .is_alive = 1, .is_counted = count > 0};
  return &tracees[count++];
}

// Some calls cannot fail, as their man pages say, and nobody looks at their result.
static int can_fail(long number) {
  static const long sure[] = {
      SYS_exit,   SYS_exit_group, SYS_rt_sigreturn, SYS_restart_syscall, SYS_umask,  SYS_getpid,
      SYS_gettid, SYS_getppid,    SYS_getuid,       SYS_geteuid,         SYS_getgid, SYS_getegid,
  };
  for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
    if (sure[i] == number) return 0;
  return 1;
}

static void set_number(pid_t pid, long number) {
#if defined(__x86_64__)
  ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), number);
#elif defined(__aarch64__)
  int value = number;
  struct iovec part = {&value, sizeof value};
  ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &part);
#endif
}

static void set_result(pid_t pid, long result) {
#if defined(__x86_64__)
  ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), result);
#elif defined(__aarch64__)
  struct user_regs_struct registers;
  struct iovec part = {&registers, sizeof registers};
  ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &part);
  registers.regs[0] = result;
  ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &part);
#endif
}

static void enter(struct tracee *tracee, long number) {
  if (!tracee->is_counted) return;
  tracee->calls++;
  tracee->number = number;
  int process = tracee - tracees;
  fprintf(report, "call %d %ld %ld\n", process, tracee->calls, number);
  if (process != point_process || tracee->calls != point_call) return;
  if (point_error == 0) {
    fprintf(report, "hit %ld\n", number);
    kill(tracee->pid, SIGKILL);
  } else if (can_fail(number)) {
    fprintf(report, "hit %ld\n", number);
    tracee->is_failing = 1;
    // The kernel closes a descriptor whatever close(2) says (its man page, NOTES).
    if (number != SYS_close) set_number(tracee->pid, -1);
  }
}

static void syscall_stop(struct tracee *tracee) {
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, tracee->pid, sizeof info, &info) <= 0) return;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    enter(tracee, info.entry.nr);
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    tracee->number = -1;
    if (tracee->is_failing) set_result(tracee->pid, -point_error);
    tracee->is_failing = 0;
  }
}

static int is_crash(int signal) {
  return signal == SIGILL || signal == SIGTRAP || signal == SIGABRT || signal == SIGBUS || signal == SIGFPE ||
         signal == SIGSEGV || signal == SIGSYS;
}

static void stopped(struct tracee *tracee, int status) {
  int signal = WSTOPSIG(status), event = status >> 16;
  if (event == 0 && is_crash(signal)) {
    fprintf(report, "crash %d %d\n", (int)(tracee - tracees), signal);
    // The kernel lets the first process of a PID namespace go on as long as somebody traces it.
    signal = SIGKILL;
    kill(tracee->pid, signal);
  }
  if (signal == (SIGTRAP | 0x80)) {
    syscall_stop(tracee);
    signal = 0;
  } else if (event == PTRACE_EVENT_EXEC) {
    if (tracee != tracees) {
      tracee->is_alive = 0;
      ptrace(PTRACE_DETACH, tracee->pid, 0, 0);
      return;
    }
    tracee->is_counted = 1;
    signal = 0;
  } else if (event == PTRACE_EVENT_STOP) {
    if (signal != SIGTRAP) {
      ptrace(PTRACE_LISTEN, tracee->pid, 0, 0);
      return;
    }
    signal = 0;
  } else if (event != 0) {
    unsigned long child;
    if (event != PTRACE_EVENT_EXIT && ptrace(PTRACE_GETEVENTMSG, tracee->pid, 0, &child) == 0) find(child);
    signal = 0;
  }
  ptrace(PTRACE_SYSCALL, tracee->pid, 0, signal);
}

static void start(char **words) {
  int gate[2];
  if (pipe(gate) != 0) fail("pipe");
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    char byte;
    close(gate[1]);
    if (read(gate[0], &byte, 1) != 1) _exit(125);
    close(gate[0]);
    execv(words[0], words);
    fail(words[0]);
  }
  find(pid);
  if (ptrace(PTRACE_SEIZE, pid, 0, options) != 0) fail("PTRACE_SEIZE");
  if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) != 0) fail("PTRACE_INTERRUPT");
  close(gate[0]);
  if (write(gate[1], "", 1) != 1) fail("write");
  close(gate[1]);
}

static void attach(pid_t pid) {
  find(pid);
  if (ptrace(PTRACE_SEIZE, pid, 0, options) != 0) fail("PTRACE_SEIZE of a process that runs");
  if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) != 0) fail("PTRACE_INTERRUPT of a process that runs");
}

// Whether the program has ended. What is left is let go by the end of this process.
static int follow(void) {
  while (!is_late) {
    int status;
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) fail("waitpid");
    struct tracee *tracee = find(pid);
    if (WIFSTOPPED(status)) {
      stopped(tracee, status);
    } else {
      tracee->is_alive = 0;
      program_status = status;
      if (tracee == tracees) return 1;
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  int end = 4;
  while (end < argc && strcmp(argv[end], "--") != 0) end++;
  if (end >= argc - 1) {
    fprintf(stderr, "usage: inject REPORT SECONDS POINT [PID...] -- PROGRAM [ARGUMENT...]\n");
    return 125;
  }
  if (!(report = fopen(argv[1], "we"))) fail(argv[1]);
  char fault[16] = "";
  if (sscanf(argv[3], "%d:%ld:%15s", &point_process, &point_call, fault) == 3) point_error = atoi(fault);
  start(argv + end + 1);
  for (int i = 4; i < end; i++) attach(atoi(argv[i]));
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = be_late}, NULL);
  alarm(atoi(argv[2]));
  if (follow()) {
    int is_exit = WIFEXITED(program_status);
    fprintf(report, "%s %d\n", is_exit ? "exit" : "signal",
            is_exit ? WEXITSTATUS(program_status) : WTERMSIG(program_status));
    return 0;
  }
  fprintf(report, "hang");
  for (int i = 0; i < count; i++) {
    if (!tracees[i].is_alive) continue;
    fprintf(report, " %d %ld", i, tracees[i].number);
    kill(tracees[i].pid, SIGKILL);
  }
  fprintf(report, "\n");
  return 0;
}
