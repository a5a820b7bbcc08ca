// What of the program's own file is mapped.
#define _GNU_SOURCE
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CShims.h"
#include "result.h"

// The first object is the program. What it may not write is nobody's but the file's: it comes back when it is touched.
static int give_back(struct dl_phdr_info *object, size_t size, void *failure) {
  (void)size;
  uintptr_t page = sysconf(_SC_PAGESIZE);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
    uintptr_t begin = (object->dlpi_addr + part->p_vaddr + page - 1) & -page;
    uintptr_t end = (object->dlpi_addr + part->p_vaddr + part->p_memsz) & -page;
    if (begin < end && madvise((void *)begin, end - begin, MADV_DONTNEED) < 0) *(int64_t *)failure = apus_judged(-1);
  }
  return 1;
}

int64_t apus_give_back_program(void) {
  int64_t failure = 0;
  dl_iterate_phdr(give_back, &failure);
  return failure;
}
