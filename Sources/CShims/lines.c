// Copying lines behind heads: the one loop that every byte of a container's output goes through. It is C because the
// Swift of this program is compiled for size.
#include "CShims.h"

enum { COUNT_WORD = 24, COUNT_SHIFT = 32, LAST_DIGIT = 28 };

static inline uint64_t load(const uint8_t *place) {
  uint64_t word;
  __builtin_memcpy(&word, place, sizeof word);
  return word;
}

static inline void store(uint8_t *place, uint64_t word) { __builtin_memcpy(place, &word, sizeof word); }

// Sixteen bytes; what all of the machines have registers for.
typedef uint8_t chunk __attribute__((vector_size(16)));

// The place of the first newline, 16 when there is none.
static inline uint64_t first_newline(chunk bytes) {
#ifdef __SSE2__
  typedef char mask __attribute__((vector_size(16)));
  uint32_t found = (uint32_t)__builtin_ia32_pmovmskb128((mask)(bytes == '\n'));
  return found == 0 ? 16 : (uint64_t)__builtin_ctz(found);
#else
  uint64_t words[2];
  chunk equal = (chunk)(bytes == '\n');
  __builtin_memcpy(words, &equal, sizeof words);
  if (words[0] != 0) return (uint64_t)__builtin_ctzll(words[0]) / 8;
  return words[1] == 0 ? 16 : 8 + (uint64_t)__builtin_ctzll(words[1]) / 8;
#endif
}

// Copies through the first newline. Returns the bytes copied; 0 when there is no newline in `limit` bytes. Reads and
// writes up to fifteen bytes behind them.
static inline uint64_t copy_line(const uint8_t *source, uint8_t *target, uint64_t limit) {
  for (uint64_t done = 0; done < limit; done += sizeof(chunk)) {
    chunk bytes;
    __builtin_memcpy(&bytes, source + done, sizeof bytes);
    __builtin_memcpy(target + done, &bytes, sizeof bytes);
    uint64_t place = first_newline(bytes);
    if (place == sizeof(chunk)) continue;
    uint64_t size = done + place + 1;
    return size <= limit ? size : 0;
  }
  return 0;
}

// Adds the ten that the last digit has become to those before it.
static uint64_t carry(uint8_t *head, uint64_t count) {
  store(head + COUNT_WORD, count);
  for (uint8_t *digit = head + LAST_DIGIT; *digit > '9'; ++*--digit) *digit = '0';
  return load(head + COUNT_WORD);
}

// Stops at a line without an end or too long, at the end of the room, or when the lines are as many as asked for; the
// caller sees to it that the count of the head does not run over.
void apus_copy_lines(const uint8_t *source, uint8_t *target, uint8_t *head, struct apus_lines *lines) {
  uint64_t taken = 0, written = 0, copied = 0, count = load(head + COUNT_WORD);
  while (copied < lines->count && lines->target - written >= APUS_LINE_ROOM) {
    uint8_t *place = target + written;
    uint64_t limit = lines->source - taken;
    __builtin_memcpy(place, head, APUS_HEAD_BLOCK);
    store(place + COUNT_WORD, count);
    uint64_t size = copy_line(source + taken, place + APUS_HEAD_SIZE,
                              limit > APUS_LONGEST_LINE + 1 ? APUS_LONGEST_LINE + 1 : limit);
    if (size == 0) break;
    taken += size;
    written += APUS_HEAD_SIZE + size;
    copied++;
    count += (uint64_t)1 << COUNT_SHIFT;
    if ((uint8_t)(count >> COUNT_SHIFT) > '9') count = carry(head, count);
  }
  *lines = (struct apus_lines){taken, written, copied};
}
