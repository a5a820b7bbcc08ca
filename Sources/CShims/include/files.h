// Files, directories and descriptors.
#ifndef APUS_CSHIMS_FILES_H
#define APUS_CSHIMS_FILES_H

#include <stddef.h>
#include <stdint.h>

int64_t apus_close(int32_t fd);

#endif
