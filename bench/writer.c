// Writes lines of a given length, as fast as they are taken: writer BYTES-PER-LINE BYTES. Then it waits to be killed.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count < 3) return 2;
  size_t line = (size_t)atol(words[1]);
  long long left = atoll(words[2]);
  static char block[65536];
  size_t whole = sizeof block / line * line;
  for (size_t i = 0; i < whole; i++) block[i] = i % line == line - 1 ? '\n' : (char)('a' + i % 26);
  while (left > 0) {
    ssize_t done = 0;
    while ((size_t)done < whole) {
      ssize_t written = write(1, block + done, whole - (size_t)done);
      if (written < 0) return 1;
      done += written;
    }
    left -= (long long)whole;
  }
  pause();
  return 0;
}
