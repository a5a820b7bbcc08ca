// What musl 1.2.3 lacks and static archives built on glibc, or the Swift runtime, ask for.
#define _GNU_SOURCE
#include <features.h>

#ifndef __GLIBC__
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/random.h>

void arc4random_buf(void *buffer, size_t size) {
  unsigned char *at = buffer;
  while (size > 0) {
    ssize_t got = getrandom(at, size > 256 ? 256 : size, 0);
    if (got > 0) {
      at += got;
      size -= (size_t)got;
    }
  }
}

// libseccomp.a is built fortified: these are glibc's checked twins.
int __sprintf_chk(char *out, int flag, size_t size, const char *format, ...) {
  (void)flag;
  va_list list;
  va_start(list, format);
  int result = vsnprintf(out, size, format, list);
  va_end(list);
  return result;
}

int __fprintf_chk(FILE *file, int flag, const char *format, ...) {
  (void)flag;
  va_list list;
  va_start(list, format);
  int result = vfprintf(file, format, list);
  va_end(list);
  return result;
}

int __asprintf_chk(char **out, int flag, const char *format, ...) {
  (void)flag;
  va_list list;
  va_start(list, format);
  int result = vasprintf(out, format, list);
  va_end(list);
  return result;
}
#endif
