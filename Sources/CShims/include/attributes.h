// Extended attributes, by descriptor.
#ifndef APUS_CSHIMS_ATTRIBUTES_H
#define APUS_CSHIMS_ATTRIBUTES_H

#include <stddef.h>
#include <stdint.h>

int64_t apus_flistxattr(int32_t fd, char *_Nullable list, size_t size);
int64_t apus_fgetxattr(int32_t fd, const char *_Nonnull name, void *_Nullable value, size_t size);
int64_t apus_fsetxattr(int32_t fd, const char *_Nonnull name, const void *_Nullable value, size_t size);

#endif
