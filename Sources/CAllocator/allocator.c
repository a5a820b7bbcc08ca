// malloc(3) and its family for a program with one thread that lives for milliseconds, or waits in a loop.
//
// musl's own asks the kernel for a mapping per size and gives it back at once: a hundred system calls for a command.
// Here blocks come from one growing piece and go to a free list of their size, so a loop does not grow.
#include <features.h>

#ifndef __GLIBC__
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum {
  UNIT = 16,                // every block's alignment, and the size of its header
  SMALL_CLASSES = 64,       // 16, 32, ... 1024 bytes
  SMALL_LIMIT = SMALL_CLASSES * UNIT,
  CLASSES = SMALL_CLASSES + 8,  // then 2, 4, ... 256 KiB
  FIRST_PIECE = 64 << 10,
  PIECE = 1 << 20,
};

// Stands before each block.
struct header {
  size_t size;     // what the block holds
  uint32_t class;  // CLASSES for a block with a mapping of its own
  uint32_t before; // bytes between the start of that mapping, or an aligned block's origin, and the header
};
_Static_assert(sizeof(struct header) == UNIT, "headers keep blocks aligned");

struct free_block {
  struct free_block *next;
};

static _Alignas(UNIT) char first_piece[FIRST_PIECE];
static char *piece = first_piece;
static size_t left = FIRST_PIECE;
static struct free_block *free_lists[CLASSES];

static struct header *header_of(void *block) { return (struct header *)block - 1; }

static uint32_t class_of(size_t size) {
  if (size <= SMALL_LIMIT) return size == 0 ? 0 : (uint32_t)((size - 1) / UNIT);
  uint32_t class = SMALL_CLASSES;
  for (size_t bound = 2 * SMALL_LIMIT; bound < size; bound *= 2) class++;
  return class;
}

static size_t size_of_class(uint32_t class) {
  return class < SMALL_CLASSES ? (size_t)(class + 1) * UNIT : (size_t)(2 * SMALL_LIMIT) << (class - SMALL_CLASSES);
}

static void *mapping(size_t size) {
  void *address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return address == MAP_FAILED ? NULL : address;
}

// A new block from the piece; the rest of a used-up piece is let go.
static void *carve(size_t size) {
  if (left < size + UNIT) {
    char *next = mapping(PIECE);
    if (!next) return NULL;
    piece = next;
    left = PIECE;
  }
  char *block = piece + UNIT;
  piece += size + UNIT;
  left -= size + UNIT;
  return block;
}

void *malloc(size_t size) {
  if (size > PTRDIFF_MAX - 2 * UNIT) {
    errno = ENOMEM;
    return NULL;
  }
  uint32_t class = class_of(size);
  void *block;
  if (class >= CLASSES) {
    char *start = mapping(size + UNIT);
    if (!start) return NULL;
    block = start + UNIT;
    *header_of(block) = (struct header){size, CLASSES, 0};
    return block;
  }
  if (free_lists[class]) {
    block = free_lists[class];
    free_lists[class] = free_lists[class]->next;
  } else {
    block = carve(size_of_class(class));
    if (!block) return NULL;
  }
  *header_of(block) = (struct header){size_of_class(class), class, 0};
  return block;
}

void free(void *block) {
  if (!block) return;
  struct header *header = header_of(block);
  if (header->before) {
    free((char *)block - header->before);
  } else if (header->class == CLASSES) {
    munmap(header, header->size + UNIT);
  } else {
    struct free_block *freed = block;
    freed->next = free_lists[header->class];
    free_lists[header->class] = freed;
  }
}

void *calloc(size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total)) {
    errno = ENOMEM;
    return NULL;
  }
  void *block = malloc(total);
  return block ? memset(block, 0, total) : NULL;
}

void *realloc(void *block, size_t size) {
  if (!block) return malloc(size);
  size_t held = header_of(block)->size;
  if (size <= held) return block;
  void *bigger = malloc(size);
  if (!bigger) return NULL;
  memcpy(bigger, block, held);
  free(block);
  return bigger;
}

void *aligned_alloc(size_t alignment, size_t size) {
  if (alignment <= UNIT) return malloc(size);
  char *origin = malloc(size + alignment + UNIT);
  if (!origin) return NULL;
  uintptr_t aligned = ((uintptr_t)origin + UNIT + alignment - 1) & ~(uintptr_t)(alignment - 1);
  // An aligned block remembers where its origin is; `before` is never 0 here.
  *header_of((void *)aligned) = (struct header){size, 0, (uint32_t)(aligned - (uintptr_t)origin)};
  return (void *)aligned;
}

void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  *result = aligned_alloc(alignment, size);
  return *result ? 0 : ENOMEM;
}

size_t malloc_usable_size(void *block) { return block ? header_of(block)->size : 0; }
#endif
