// Terminals: one ioctl each (ioctl_tty(2)), on the kernel's struct termios.
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <asm/unistd.h>
#include <string.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

_Static_assert(sizeof(struct termios) <= sizeof(struct apus_terminal_mode), "struct termios of the kernel");

struct window {
  uint16_t rows, columns, x, y;
};

int64_t apus_terminal_get(int32_t fd, struct apus_terminal_mode *mode) {
  return apus_result(syscall(__NR_ioctl, fd, TCGETS, mode));
}

int64_t apus_terminal_set(int32_t fd, const struct apus_terminal_mode *mode) {
  return apus_result(syscall(__NR_ioctl, fd, TCSETS, mode));
}

void apus_terminal_make_raw(struct apus_terminal_mode *mode) {
  struct termios t;
  memcpy(&t, mode, sizeof t);
  t.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  t.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  t.c_cflag = (t.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
  t.c_cc[VMIN] = 1;
  t.c_cc[VTIME] = 0;
  memcpy(mode, &t, sizeof t);
}

void apus_terminal_set_onlcr(struct apus_terminal_mode *mode) {
  struct termios t;
  memcpy(&t, mode, sizeof t);
  t.c_oflag |= ONLCR;
  memcpy(mode, &t, sizeof t);
}

void apus_terminal_clear_onlcr(struct apus_terminal_mode *mode) {
  struct termios t;
  memcpy(&t, mode, sizeof t);
  t.c_oflag &= ~(tcflag_t)ONLCR;
  memcpy(mode, &t, sizeof t);
}

int64_t apus_window_get(int32_t fd, uint16_t *rows, uint16_t *columns) {
  struct window size = {0};
  int64_t result = apus_result(syscall(__NR_ioctl, fd, TIOCGWINSZ, &size));
  *rows = size.rows;
  *columns = size.columns;
  return result;
}

int64_t apus_window_set(int32_t fd, uint16_t rows, uint16_t columns) {
  struct window size = {.rows = rows, .columns = columns};
  return apus_result(syscall(__NR_ioctl, fd, TIOCSWINSZ, &size));
}

int64_t apus_pty_unlock(int32_t fd) {
  int unlocked = 0;
  return apus_result(syscall(__NR_ioctl, fd, TIOCSPTLCK, &unlocked));
}

int64_t apus_pty_peer(int32_t fd, int32_t flags) { return apus_result(syscall(__NR_ioctl, fd, TIOCGPTPEER, flags)); }

int64_t apus_pty_number(int32_t fd) {
  unsigned int number = 0;
  int64_t result = apus_result(syscall(__NR_ioctl, fd, TIOCGPTN, &number));
  return result < 0 ? result : (int64_t)number;
}

int64_t apus_set_controlling_terminal(int32_t fd) { return apus_result(syscall(__NR_ioctl, fd, TIOCSCTTY, 0)); }
