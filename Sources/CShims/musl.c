// What musl 1.2.3 lacks and the Swift runtime asks for.
#define _GNU_SOURCE
#include <features.h>

#ifndef __GLIBC__
#include <stddef.h>
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
#endif
