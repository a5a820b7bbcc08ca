// Copying lines behind heads.
#ifndef APUS_CSHIMS_LINES_H
#define APUS_CSHIMS_LINES_H

#include <stdint.h>

enum {
  // A head lies in a block of whole words; the last digit of its count is the byte at 28, eight more stand before it.
  APUS_HEAD_BLOCK = 48,
  APUS_HEAD_SIZE = 45,
  APUS_LONGEST_LINE = 16384,
  // What a line may take in the target, with the bytes behind it that a copy reaches.
  APUS_LINE_ROOM = APUS_HEAD_BLOCK + APUS_LONGEST_LINE + 16,
};

// In: bytes of the source and of the target, lines at most. Out: bytes taken and written, lines copied.
struct apus_lines {
  uint64_t source;
  uint64_t target;
  uint64_t count;
};

void apus_copy_lines(const uint8_t *_Nonnull source, uint8_t *_Nonnull target, uint8_t *_Nonnull head,
                     struct apus_lines *_Nonnull lines);

#endif
