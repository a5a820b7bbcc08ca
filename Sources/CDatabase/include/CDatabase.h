// What SQLite is told and SQL has no words for.
#ifndef APUS_CDATABASE_H
#define APUS_CDATABASE_H

#include <stdint.h>

// From now on the write-ahead logs of databases named `images.db` stay when the last connection closes, with their
// index: opening such a database again takes no inode. 0, or an error of SQLite. Any number of calls are one.
int32_t apus_database_keep_logs(void);

#endif
